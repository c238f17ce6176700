package dev.tailnetproxy.proxy.app;

import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.proxy.policy.TailnetRoutes;
import dev.tailnetproxy.proxy.tailnet.PeerRouting;
import dev.tailnetproxy.proxy.tailnet.Tailnet;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A tailnet of one peer that is nowhere; the node is in it from the beginning. */
final class PrimingTailnet implements Tailnet {

    static final String PEER = "100.64.0.1";
    static final int PORT = 80;

    private final TailnetState state;

    PrimingTailnet(Instant since) {
        IpAddress peer = IpAddress.parse(PEER).orElseThrow();
        this.state = new TailnetState.Joined(
                new TailnetRoutes(Set.of(), Set.of(peer), List.of(), false, "", Map.of()),
                new PeerRouting(Map.of(peer, peer), Map.of(), Optional.empty()),
                new TailnetState.Node("priming", List.of(), ""),
                false,
                since);
    }

    @Override
    public TailnetState state() {
        return state;
    }

    @Override
    public Future<TailnetState> awaitJoined(Duration atMost) {
        return Future.succeededFuture(state);
    }

    @Override
    public Future<List<IpAddress>> resolve(String fullName, Duration atMost) {
        return Future.succeededFuture(List.of());
    }

    @Override
    public Future<Boolean> ping(IpAddress peer, Duration directAcceptedAfter, Duration atMost) {
        return Future.succeededFuture(true);
    }

    @Override
    public String unavailableReason() {
        return "there is no such tailnet";
    }
}
