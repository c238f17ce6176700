package dev.tailnetproxy.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.time.Deadline;
import dev.tailnetproxy.proxy.upstream.DialQueue.Permit;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;

/** Dials that ask a {@link DialQueue} for their turn. */
abstract class DialQueueScenario {

    static final Duration LONG = Duration.ofMinutes(10);
    static final TargetKey A = target("a");
    static final TargetKey B = target("b");
    static final TargetKey C = target("c");

    final Vertx vertx = Vertx.vertx();
    final List<String> begun = new ArrayList<>();
    final Promise<Void> stays = Promise.promise();

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    static TargetKey target(String name) {
        return new TargetKey(new TargetHost.Name(name), new Port(80));
    }

    DialQueue queue(int most) {
        return queue(most, LONG);
    }

    DialQueue queue(int most, Duration counted) {
        return new DialQueue(vertx, new DialLimit(most, counted));
    }

    Future<Permit> acquire(DialQueue queue, TargetKey target) {
        return queue.acquire(target, in(LONG), stays.future());
    }

    static Deadline in(Duration time) {
        return Deadline.in(time, Clock.systemUTC());
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    static void assertFails(Future<Permit> future, ErrorName error) {
        assertThatThrownBy(() -> await(future))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(ProxyFailure.class, failure -> assertThat(failure.name())
                        .isEqualTo(error));
    }

    /** Whatever was told to waiters of this thread has arrived. */
    void settle() throws Exception {
        Promise<Void> turn = Promise.promise();
        vertx.getOrCreateContext().runOnContext(go -> turn.complete());
        await(turn.future());
    }

    static void awaitNoDials(DialQueue queue) {
        Awaitility.await().until(() -> queue.dials() == 0);
    }

    /** A dial that ends as soon as it has begun. */
    Future<Permit> dial(DialQueue queue, TargetKey target, String name) {
        return acquire(queue, target).onSuccess(permit -> {
            begun.add(name);
            permit.giveBack();
        });
    }
}
