package dev.tailnetproxy.proxy.resolution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.TargetHost;
import dev.tailnetproxy.proxy.policy.TailnetRoutes;
import dev.tailnetproxy.proxy.tailnet.ExternalSocksProxy;
import dev.tailnetproxy.proxy.tailnet.PeerRouting;
import dev.tailnetproxy.proxy.tailnet.Tailnet;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
import dev.tailnetproxy.proxy.time.Deadline;
import dev.tailnetproxy.testkit.TestClock;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who waits for which ping. */
class PathDiscoveryTest {

    private static final IpAddress PEER = ip("100.64.0.2");
    private static final IpAddress OTHER = ip("100.64.0.3");
    private static final long FAR = Duration.ofDays(1).toMillis();

    private final Vertx vertx = Vertx.vertx();
    private final TestClock clock = new TestClock();
    private final ScriptedTailnet tailnet = new ScriptedTailnet();
    private final PathDiscovery paths = finding(tailnet);

    @AfterEach
    void stop() {
        vertx.close();
    }

    private static IpAddress ip(String text) {
        return IpAddress.parse(text).orElseThrow();
    }

    private PathDiscovery finding(Tailnet of) {
        ResolutionSettings settings = new ResolutionSettings(
                Duration.ZERO, Duration.ofSeconds(10), new ResolutionSettings.ExitNode(false, false), Optional.empty());
        return new PathDiscovery(vertx, of, settings, new FreezeDetector(clock, clock::nanoTime), clock);
    }

    private Deadline in(long millis) {
        return Deadline.in(Duration.ofMillis(millis), clock);
    }

    private Future<Void> find(IpAddress address, long millis) {
        return paths.awaitPathTo(new TargetHost.Address(address), in(millis));
    }

    private static void await(Future<Void> found) throws Exception {
        found.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void requestsForOnePeerShareSearch() throws Exception {
        List<Future<Void>> first = List.of(find(PEER, FAR), find(PEER, FAR), find(PEER, FAR));
        Future<Void> other = find(OTHER, FAR);
        assertThat(tailnet.peers()).isEqualTo(List.of(PEER, OTHER));

        tailnet.response(0, true);
        for (Future<Void> found : first) {
            await(found);
        }
        assertThat(other.isComplete()).isFalse();
        assertThat(find(PEER, FAR).isComplete()).isTrue();
        assertThat(tailnet.peers()).isEqualTo(List.of(PEER, OTHER));
    }

    @Test
    void shortDeadlineEndsWaitNotSearch() throws Exception {
        Future<Void> longTimeout = find(PEER, FAR);
        await(find(PEER, 40));

        assertThat(longTimeout.isComplete()).isFalse();
        assertThat(tailnet.limits())
                .as("not the little time of one of them")
                .isEqualTo(List.of(PathDiscovery.MAX_WAIT));
        assertThat(tailnet.graces()).isEqualTo(List.of(PathDiscovery.DIRECT_ACCEPTED_AFTER));
        tailnet.response(0, true);
        await(longTimeout);
    }

    @Test
    void expiredRequestDoesNotWait() {
        assertThat(find(PEER, 0).isComplete()).isTrue();
        assertThat(find(PEER, -5).isComplete()).isTrue();
    }

    @Test
    void failedSearchIsNotRepeatedInSettlingTime() throws Exception {
        Future<Void> found = find(PEER, FAR);
        tailnet.response(0, false);
        await(found);

        assertThat(find(PEER, FAR).isComplete()).isTrue();
        assertThat(tailnet.peers()).isEqualTo(List.of(PEER));
    }

    @Test
    void freezeStartsSettlingTime() {
        clock.pass(Duration.ofMinutes(1));
        assertThat(find(PEER, FAR).isComplete()).isTrue();
        assertThat(paths.isSettling()).isFalse();

        clock.freezeFor(Duration.ofMinutes(1));
        paths.check();
        assertThat(paths.isSettling()).isTrue();
        assertThat(find(PEER, FAR).isComplete()).isFalse();
        assertThat(tailnet.peers()).isEqualTo(List.of(PEER));

        clock.freezeFor(Duration.ofMinutes(1));
        paths.check();
        assertThat(find(PEER, FAR).isComplete()).isFalse();
        assertThat(tailnet.peers()).isEqualTo(List.of(PEER, PEER));
        assertThat(tailnet.graces()).as("the peer knows the node").isEqualTo(List.of(Duration.ZERO, Duration.ZERO));
    }

    @Test
    void unroutedAddressIsNotSearched() {
        assertThat(find(ip("192.0.2.1"), FAR).isComplete()).isTrue();
        assertThat(paths.awaitPathTo(TargetHost.parse("a.name"), in(FAR)).isComplete())
                .isTrue();
        assertThat(tailnet.peers()).isEmpty();
    }

    @Test
    void noLocalApiMeansNoWait() {
        assertThat(finding(new ExternalSocksProxy())
                        .awaitPathTo(new TargetHost.Address(PEER), in(FAR))
                        .isComplete())
                .isTrue();
    }

    @Test
    void continuesOnItsOwnContext() throws Exception {
        Context home = vertx.getOrCreateContext();
        CompletableFuture<Context> after = new CompletableFuture<>();
        home.runOnContext(go -> find(PEER, FAR).onComplete(found -> after.complete(Vertx.currentContext())));
        while (tailnet.peers().isEmpty()) {
            Thread.onSpinWait();
        }
        tailnet.response(0, true);

        assertThat(after.get(30, TimeUnit.SECONDS)).isSameAs(home);
    }

    /** A tailnet in which two peers are, to whose pings the test replies. */
    private final class ScriptedTailnet implements Tailnet {

        private record Ping(IpAddress peer, Duration directAcceptedAfter, Duration atMost, Promise<Boolean> response) {}

        private final List<Ping> pings = new ArrayList<>();
        private final TailnetState joined = new TailnetState.Joined(
                new TailnetRoutes(Set.of(), Set.of(PEER, OTHER), List.of(), false, "", Map.of()),
                new PeerRouting(Map.of(PEER, PEER, OTHER, OTHER), Map.of(), Optional.empty()),
                new TailnetState.Node("proxy", List.of(), ""),
                false,
                clock.instant());

        synchronized List<IpAddress> peers() {
            return pings.stream().map(Ping::peer).toList();
        }

        synchronized List<Duration> graces() {
            return pings.stream().map(Ping::directAcceptedAfter).toList();
        }

        synchronized List<Duration> limits() {
            return pings.stream().map(Ping::atMost).toList();
        }

        synchronized void response(int ping, boolean replied) {
            pings.get(ping).response().complete(replied);
        }

        @Override
        public TailnetState state() {
            return joined;
        }

        @Override
        public Future<TailnetState> awaitJoined(Duration atMost) {
            return Future.succeededFuture(joined);
        }

        @Override
        public Future<List<IpAddress>> resolve(String fullName, Duration atMost) {
            return Future.succeededFuture(List.of());
        }

        @Override
        public synchronized Future<Boolean> ping(IpAddress peer, Duration directAcceptedAfter, Duration atMost) {
            Promise<Boolean> response = Promise.promise();
            pings.add(new Ping(peer, directAcceptedAfter, atMost, response));
            return response.future();
        }

        @Override
        public String unavailableReason() {
            return "";
        }
    }
}
