package dev.tailnetproxy.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.upstream.DialQueue.Permit;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which dial begins when there may not be more at once. */
class DialQueueTest extends DialQueueScenario {

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
}
