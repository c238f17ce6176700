package dev.tailnetproxy.proxy.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.address.IpAddress;
import dev.tailnetproxy.proxy.policy.TailnetRoutes;
import dev.tailnetproxy.proxy.support.SettableClock;
import dev.tailnetproxy.proxy.tailnet.Carriers;
import dev.tailnetproxy.proxy.tailnet.ForeignSocks;
import dev.tailnetproxy.proxy.tailnet.Tailnet;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
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
class PathFindingTest {

    private static final IpAddress PEER = ip("100.64.0.2");
    private static final IpAddress OTHER = ip("100.64.0.3");
    private static final long FAR = Duration.ofDays(1).toMillis();

    private final Vertx vertx = Vertx.vertx();
    private final SettableClock clock = new SettableClock();
    private final ScriptedTailnet tailnet = new ScriptedTailnet();
    private final PathFinding paths = finding(tailnet);

    @AfterEach
    void stop() {
        vertx.close();
    }

    private static IpAddress ip(String text) {
        return IpAddress.parse(text).orElseThrow();
    }

    private PathFinding finding(Tailnet of) {
        ProxySettings settings = new ProxySettings(
                Duration.ZERO,
                Duration.ofSeconds(10),
                new ProxySettings.ExitNode(false, false),
                List.of(),
                Optional.empty());
        return new PathFinding(vertx, of, settings, new Freezes(clock, clock::nanoTime), clock);
    }

    private Future<Void> find(IpAddress address, long millis) {
        return paths.toCarrierOf(address.toString(), clock.millis() + millis);
    }

    private static void await(Future<Void> found) throws Exception {
        found.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void requestsForOnePeerShareASearch() throws Exception {
        List<Future<Void>> first = List.of(find(PEER, FAR), find(PEER, FAR), find(PEER, FAR));
        Future<Void> other = find(OTHER, FAR);
        assertEquals(List.of(PEER, OTHER), tailnet.peers());

        tailnet.reply(0, true);
        for (Future<Void> found : first) {
            await(found);
        }
        assertFalse(other.isComplete());
        assertTrue(find(PEER, FAR).isComplete());
        assertEquals(List.of(PEER, OTHER), tailnet.peers());
    }

    @Test
    void aRequestWithLittleTimeLeavesEarlyAndTheSearchGoesOn() throws Exception {
        Future<Void> patient = find(PEER, FAR);
        await(find(PEER, 40));

        assertFalse(patient.isComplete());
        assertEquals(List.of(PathFinding.LONGEST), tailnet.limits(), "not the little time of one of them");
        assertEquals(List.of(PathFinding.DIRECT_FROM), tailnet.graces());
        tailnet.reply(0, true);
        await(patient);
    }

    @Test
    void aRequestWithoutTimeDoesNotWait() {
        assertTrue(find(PEER, 0).isComplete());
        assertTrue(find(PEER, -5).isComplete());
    }

    @Test
    void aSearchInVainIsNotBegunAnewInTheSameSettlingTime() throws Exception {
        Future<Void> found = find(PEER, FAR);
        tailnet.reply(0, false);
        await(found);

        assertTrue(find(PEER, FAR).isComplete());
        assertEquals(List.of(PEER), tailnet.peers());
    }

    @Test
    void aFreezeBeginsASettlingTime() {
        clock.pass(Duration.ofMinutes(1));
        assertTrue(find(PEER, FAR).isComplete());
        assertFalse(paths.isSettling());

        clock.freezeFor(Duration.ofMinutes(1));
        paths.look();
        assertTrue(paths.isSettling());
        assertFalse(find(PEER, FAR).isComplete());
        assertEquals(List.of(PEER), tailnet.peers());

        clock.freezeFor(Duration.ofMinutes(1));
        paths.look();
        assertFalse(find(PEER, FAR).isComplete());
        assertEquals(List.of(PEER, PEER), tailnet.peers());
        assertEquals(List.of(Duration.ZERO, Duration.ZERO), tailnet.graces(), "the peer knows the node");
    }

    @Test
    void whatNobodyCarriesIsNotLookedFor() {
        assertTrue(find(ip("192.0.2.1"), FAR).isComplete());
        assertTrue(paths.toCarrierOf("a.name", clock.millis() + FAR).isComplete());
        assertEquals(List.of(), tailnet.peers());
    }

    @Test
    void withoutALocalApiNobodyWaits() {
        assertTrue(finding(new ForeignSocks())
                .toCarrierOf("100.64.0.2", clock.millis() + FAR)
                .isComplete());
    }

    @Test
    void whoWaitsGoesOnWhereItIsAtHome() throws Exception {
        Context home = vertx.getOrCreateContext();
        CompletableFuture<Context> after = new CompletableFuture<>();
        home.runOnContext(go -> find(PEER, FAR).onComplete(found -> after.complete(Vertx.currentContext())));
        while (tailnet.peers().isEmpty()) {
            Thread.onSpinWait();
        }
        tailnet.reply(0, true);

        assertSame(home, after.get(30, TimeUnit.SECONDS));
    }

    /** A tailnet in which two peers are, to whose pings the test replies. */
    private final class ScriptedTailnet implements Tailnet {

        private record Ping(IpAddress peer, Duration directFrom, Duration atMost, Promise<Boolean> reply) {}

        private final List<Ping> pings = new ArrayList<>();
        private final TailnetState joined = new TailnetState.Joined(
                new TailnetRoutes(Set.of(), Set.of(PEER, OTHER), List.of(), false, "", Map.of()),
                new Carriers(Map.of(PEER, PEER, OTHER, OTHER), Map.of(), Optional.empty()),
                new TailnetState.Node("proxy", List.of(), ""),
                false,
                clock.millis());

        synchronized List<IpAddress> peers() {
            return pings.stream().map(Ping::peer).toList();
        }

        synchronized List<Duration> graces() {
            return pings.stream().map(Ping::directFrom).toList();
        }

        synchronized List<Duration> limits() {
            return pings.stream().map(Ping::atMost).toList();
        }

        synchronized void reply(int ping, boolean replied) {
            pings.get(ping).reply().complete(replied);
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
        public synchronized Future<Boolean> ping(IpAddress peer, Duration directFrom, Duration atMost) {
            Promise<Boolean> reply = Promise.promise();
            pings.add(new Ping(peer, directFrom, atMost, reply));
            return reply.future();
        }

        @Override
        public String whyNotJoined() {
            return "";
        }
    }
}
