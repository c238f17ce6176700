package dev.tailnetproxy.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.upstream.DialQueue.Permit;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** On which threads dials begin, and that many threads share the limit. */
class DialQueueThreadsTest extends DialQueueScenario {

    @Test
    void waiterIsToldOnItsOwnContext() throws Exception {
        DialQueue queue = queue(1);
        Permit held = await(acquire(queue, A));
        Context own = vertx.getOrCreateContext();
        Promise<Context> told = Promise.promise();
        CountDownLatch waits = new CountDownLatch(1);
        own.runOnContext(go -> {
            acquire(queue, A).onSuccess(permit -> told.complete(vertx.getOrCreateContext()));
            waits.countDown();
        });
        waits.await();

        held.giveBack();

        assertThat(await(told.future())).isSameAs(own);
    }

    /** Each gives its permit to the next one; a stack would not hold them all. */
    @Test
    void thousandsOfDialsThatFailAtOnceFollowEachOther() throws Exception {
        DialQueue queue = queue(1);
        Permit held = await(acquire(queue, A));
        List<Future<Permit>> waiting = IntStream.range(0, 20_000)
                .mapToObj(each -> dial(queue, A, "dial"))
                .toList();

        held.giveBack();

        await(Future.all(waiting));
        assertThat(begun).hasSize(20_000);
    }

    @Test
    void dialsOfManyThreadsAreNeverMoreThanTheLimit() throws Exception {
        int most = 6;
        DialQueue queue = queue(most);
        AtomicInteger dials = new AtomicInteger();
        AtomicInteger peak = new AtomicInteger();
        List<Future<Permit>> all = new ArrayList<>();
        List<Context> contexts =
                IntStream.range(0, 4).mapToObj(each -> newContext()).toList();
        for (int i = 0; i < 4_000; i++) {
            TargetKey target = target("target-" + i % 5);
            Context context = contexts.get(i % contexts.size());
            Promise<Permit> ended = Promise.promise();
            all.add(ended.future());
            context.runOnContext(go -> acquire(queue, target).onSuccess(permit -> {
                peak.accumulateAndGet(dials.incrementAndGet(), Math::max);
                vertx.getOrCreateContext().runOnContext(later -> {
                    dials.decrementAndGet();
                    permit.giveBack();
                    ended.complete(permit);
                });
            }));
        }

        await(Future.all(all));

        assertThat(peak.get()).isBetween(2, most);
        assertThat(queue.dials()).isZero();
        assertThat(queue.targets()).isZero();
    }

    private Context newContext() {
        return ((VertxInternal) vertx).createEventLoopContext();
    }
}
