package dev.tailnetproxy.proxy.upstream;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import dev.tailnetproxy.proxy.limits.LimitSettings;
import dev.tailnetproxy.proxy.limits.Limits;
import dev.tailnetproxy.proxy.support.AllocatedBytes;
import dev.tailnetproxy.proxy.time.Deadline;
import dev.tailnetproxy.testkit.TestClock;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.ProxyOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Which connection a request gets of those that are there. */
class SlotAllocatorTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final int CONNECTIONS = 200;

    private final TestClock clock = TestClock.stopped();
    private final Limits limits = Limits.of(new LimitSettings(1000, 1000, 1000, 1000));
    private final SlotAllocator allocator = new SlotAllocator(VERTX, limits, CONNECTIONS, ProxyOptions::new);
    private final Endpoint endpoint = endpoint("target");

    @AfterAll
    static void stop() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    private static Endpoint endpoint(String name) {
        return new Endpoint(new TargetHost.Name(name), new Port(80), false, Optional.empty(), false);
    }

    private SlotGrant acquire(Predicate<ConnectionUsage> fresh) {
        return acquire(fresh, new EmbeddedChannel().eventLoop());
    }

    private SlotGrant acquire(Predicate<ConnectionUsage> fresh, EventLoop loop) {
        Deadline deadline = Deadline.in(Duration.ofSeconds(60), clock);
        return allocator
                .acquire(new SlotRequest(
                        endpoint, loop, fresh, deadline, Promise.<Void>promise().future()))
                .result();
    }

    /** Idle ones, each used later than the one before. */
    private List<ConnectionSlot> connections(int number) {
        List<ConnectionSlot> slots = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            slots.add(acquire(use -> true).slot());
        }
        for (ConnectionSlot slot : slots) {
            clock.pass(Duration.ofMillis(1));
            allocator.began(slot, new ConnectionUsage(clock, false, () -> 1, () -> {}), new EmbeddedChannel());
            allocator.ended(endpoint);
        }
        return slots;
    }

    @Test
    void connectionThatWasUsedLastIsTaken() {
        List<ConnectionSlot> slots = connections(3);

        assertThat(acquire(use -> true).slot()).isSameAs(slots.get(2));
        assertThat(acquire(use -> true).slot()).isSameAs(slots.get(1));
    }

    @Test
    void connectionOnTheEventLoopOfTheRequestComesFirst() {
        List<ConnectionSlot> slots = connections(3);
        EventLoop loop = requireNonNull(slots.get(0).channel()).eventLoop();

        assertThat(acquire(use -> true, loop).slot()).isSameAs(slots.get(0));
        assertThat(acquire(use -> true, loop).slot()).isSameAs(slots.get(2));
    }

    @Test
    void connectionThatIsNotGoodEnoughIsPassedOver() {
        List<ConnectionSlot> slots = connections(3);

        assertThat(acquire(use -> use != slots.get(2).use()).slot()).isSameAs(slots.get(1));
        assertThat(acquire(use -> false).open()).isFalse();
    }

    /** All requests wait for the lock in which it is looked for. */
    @Test
    void lookThroughManyConnectionsTakesLittleOfTheHeap() throws Exception {
        connections(CONNECTIONS);

        EventLoop loop = new EmbeddedChannel().eventLoop();
        long bytes = AllocatedBytes.perRun(() -> {
            SlotGrant grant = acquire(use -> true, loop);
            allocator.failed(grant.slot());
            return grant;
        });

        assertThat(bytes).isLessThanOrEqualTo(1_000);
    }
}
