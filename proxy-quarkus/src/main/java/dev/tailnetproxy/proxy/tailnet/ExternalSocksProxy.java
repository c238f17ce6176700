package dev.tailnetproxy.proxy.tailnet;

import dev.tailnetproxy.function.address.IpAddress;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/** Stands where no LocalAPI is configured: nothing is known of a tailnet. */
public final class ExternalSocksProxy implements Tailnet {

    @Override
    public TailnetState state() {
        return TailnetState.Unknown.INSTANCE;
    }

    @Override
    public Future<TailnetState> awaitJoined(Duration atMost) {
        return Future.succeededFuture(state());
    }

    @Override
    public Future<List<IpAddress>> resolve(String fullName, Duration atMost) {
        return Future.succeededFuture(List.of());
    }

    @Override
    public Future<Boolean> ping(IpAddress peer, Duration directAcceptedAfter, Duration atMost) {
        return Future.succeededFuture(false);
    }

    @Override
    public String unavailableReason() {
        return "no LocalAPI is configured";
    }
}
