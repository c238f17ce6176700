package dev.tailnetproxy.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.time.Deadline;
import dev.tailnetproxy.proxy.upstream.DialQueue.Permit;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Which dial begins when there may not be more at once. */
class DialQueueTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final TargetKey A = target("a");
    private static final TargetKey B = target("b");
    private static final TargetKey C = target("c");

    private final List<String> begun = new ArrayList<>();
    private final Promise<Void> stays = Promise.promise();

    @AfterAll
    static void stop() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    private static TargetKey target(String name) {
        return new TargetKey(new TargetHost.Name(name), new Port(80));
    }

    private static DialQueue queue(int most) {
        return queue(most, LONG);
    }

    private static DialQueue queue(int most, Duration counted) {
        return new DialQueue(VERTX, new DialLimit(most, counted));
    }

    private Future<Permit> acquire(DialQueue queue, TargetKey target) {
        return queue.acquire(target, in(LONG), stays.future());
    }

    private static Deadline in(Duration time) {
        return Deadline.in(time, Clock.systemUTC());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static void assertFails(Future<Permit> future, ErrorName error) {
        assertThatThrownBy(() -> await(future))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(ProxyFailure.class, failure -> assertThat(failure.name())
                        .isEqualTo(error));
    }

    /** Whatever was told to waiters of this thread has arrived. */
    private static void settle() throws Exception {
        Promise<Void> turn = Promise.promise();
        VERTX.getOrCreateContext().runOnContext(go -> turn.complete());
        await(turn.future());
    }

    private static void awaitNoDials(DialQueue queue) {
        Awaitility.await().until(() -> queue.dials() == 0);
    }

    /** A dial that ends as soon as it has begun. */
    private Future<Permit> dial(DialQueue queue, TargetKey target, String name) {
        return acquire(queue, target).onSuccess(permit -> {
            begun.add(name);
            permit.giveBack();
        });
    }

    @Test
    void permitThatIsFreeIsGivenAtOnce() {
        DialQueue queue = queue(2);

        assertThat(acquire(queue, A).succeeded()).isTrue();
        assertThat(acquire(queue, B).succeeded()).isTrue();
        assertThat(acquire(queue, A).isComplete()).isFalse();
        assertThat(acquire(queue, C).isComplete()).isFalse();
    }

    @Test
    void requestsOfOneTargetWaitInOrder() throws Exception {
        DialQueue queue = queue(1);
        Permit held = await(acquire(queue, A));
        dial(queue, A, "first");
        dial(queue, A, "second");
        Future<Permit> last = dial(queue, A, "third");

        held.giveBack();

        await(last);
        assertThat(begun).containsExactly("first", "second", "third");
    }

    @Test
    void targetsTakeTurns() throws Exception {
        DialQueue queue = queue(1);
        Permit held = await(acquire(queue, C));
        dial(queue, A, "a1");
        dial(queue, A, "a2");
        Future<Permit> last = dial(queue, A, "a3");
        dial(queue, B, "b1");

        held.giveBack();

        await(last);
        assertThat(begun).containsExactly("a1", "b1", "a2", "a3");
    }

    @Test
    void hangingTargetLeavesQuarterOfPermitsToOthers() throws Exception {
        DialQueue queue = queue(4);
        IntStream.range(0, 50).forEach(each -> acquire(queue, A));

        for (int i = 0; i < 50; i++) {
            Future<Permit> healthy = acquire(queue, B);

            assertThat(healthy.succeeded()).isTrue();
            healthy.result().giveBack();
        }
        settle();
        assertThat(acquire(queue, B).succeeded()).isTrue();
        assertThat(acquire(queue, C).isComplete()).isFalse();
    }

    @Test
    void targetBelowItsShareIsServedBeforeOneThatHasIt() throws Exception {
        DialQueue queue = queue(4);
        IntStream.range(0, 3).forEach(each -> acquire(queue, A));
        Permit held = await(acquire(queue, B));
        Future<Permit> beyondItsShare = acquire(queue, A);
        Future<Permit> healthy = acquire(queue, C);

        held.giveBack();

        await(healthy);
        assertThat(beyondItsShare.isComplete()).isFalse();
    }

    @Test
    void permitsOfManyHangingTargetsReturnWhileTheirDialsGoOn() throws Exception {
        DialQueue queue = queue(4, Duration.ofMillis(5));
        for (int i = 0; i < 20; i++) {
            TargetKey hanging = target("hanging-" + i);
            IntStream.range(0, 4).forEach(each -> acquire(queue, hanging));
        }

        assertThat(await(acquire(queue, B))).isNotNull();
    }

    @Test
    void permitIsGivenBackOnce() throws Exception {
        DialQueue queue = queue(1);
        Permit held = await(acquire(queue, A));
        Future<Permit> next = acquire(queue, A);
        Future<Permit> third = acquire(queue, B);

        held.giveBack();
        held.giveBack();

        await(next);
        settle();
        assertThat(third.isComplete()).isFalse();
    }

    @Test
    void permitThatHasRunOutIsNotGivenBackAgain() throws Exception {
        DialQueue queue = queue(1, Duration.ofMillis(5));
        Permit hanging = await(acquire(queue, A));
        Permit next = await(acquire(queue, B));
        awaitNoDials(queue);

        hanging.giveBack();
        next.giveBack();

        assertThat(queue.dials()).isZero();
    }

    @Test
    void requestStopsWaitingAtItsDeadline() throws Exception {
        DialQueue queue = queue(1);
        Permit held = await(acquire(queue, A));
        Future<Permit> impatient = queue.acquire(A, in(Duration.ofMillis(20)), stays.future());
        Future<Permit> patient = acquire(queue, A);

        assertFails(impatient, ErrorName.TIMEOUT);

        held.giveBack();
        assertThat(await(patient)).isNotNull();
    }

    @Test
    void requestStopsWaitingWhenItsClientLeaves() throws Exception {
        DialQueue queue = queue(1);
        Permit held = await(acquire(queue, A));
        Promise<Void> gone = Promise.promise();
        Future<Permit> left = queue.acquire(A, in(LONG), gone.future());
        Future<Permit> stayed = acquire(queue, A);

        gone.complete();

        assertFails(left, ErrorName.CONNECTION_RESET);
        held.giveBack();
        assertThat(await(stayed)).isNotNull();
    }

    @Test
    void requestThatIsOverTakesNoPermit() throws Exception {
        DialQueue queue = queue(1);

        assertFails(queue.acquire(A, in(Duration.ZERO), stays.future()), ErrorName.TIMEOUT);
        assertFails(queue.acquire(A, in(LONG), Future.succeededFuture()), ErrorName.CONNECTION_RESET);

        assertThat(acquire(queue, A).succeeded()).isTrue();
    }

    @Test
    void closedQueueLetsNobodyWait() throws Exception {
        DialQueue queue = queue(1);
        Permit held = await(acquire(queue, A));
        Future<Permit> waiting = acquire(queue, A);
        Future<Permit> ofOtherTarget = acquire(queue, B);

        queue.close();
        held.giveBack();

        assertFails(waiting, ErrorName.CONNECTION_RESET);
        assertFails(ofOtherTarget, ErrorName.CONNECTION_RESET);
        assertFails(acquire(queue, C), ErrorName.CONNECTION_RESET);
        assertThat(queue.targets()).isZero();
    }

    @Test
    void nothingIsKeptOfTargets() throws Exception {
        DialQueue queue = queue(1);
        for (int i = 0; i < 100; i++) {
            Permit held = await(acquire(queue, target("held-" + i)));
            Promise<Void> gone = Promise.promise();
            Future<Permit> left = queue.acquire(target("left-" + i), in(LONG), gone.future());
            Future<Permit> late = queue.acquire(target("late-" + i), in(Duration.ofMillis(1)), stays.future());
            gone.complete();
            assertFails(left, ErrorName.CONNECTION_RESET);
            assertFails(late, ErrorName.TIMEOUT);
            held.giveBack();
        }

        assertThat(queue.targets()).isZero();
    }

    @Test
    void waiterIsToldOnItsOwnContext() throws Exception {
        DialQueue queue = queue(1);
        Permit held = await(acquire(queue, A));
        Context own = VERTX.getOrCreateContext();
        Promise<Context> told = Promise.promise();
        CountDownLatch waits = new CountDownLatch(1);
        own.runOnContext(go -> {
            acquire(queue, A).onSuccess(permit -> told.complete(VERTX.getOrCreateContext()));
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
                VERTX.getOrCreateContext().runOnContext(later -> {
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

    private static Context newContext() {
        return ((VertxInternal) VERTX).createEventLoopContext();
    }
}
