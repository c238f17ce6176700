package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.http.Tunnel;
import dev.tailnetproxy.proxy.http.TunnelEnd;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The connections of the HTTP port that speak another protocol. Used on all event loops. */
final class Upgrades {

    private final Duration idleTimeout;
    private final Set<Tunnel> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    /** @param idleTimeout longest time in which no byte comes or goes */
    Upgrades(Duration idleTimeout) {
        this.idleTimeout = idleTimeout;
    }

    /** How many there are. */
    int count() {
        return open.size();
    }

    /** Ends all of them, and those that are still to come. */
    void endAll() {
        stopped = true;
        open.forEach(Tunnel::stop);
    }

    /**
     * Writes the 101 that the target has sent, and lets the bytes go. On the connection's event loop.
     *
     * @return done when the connection has ended
     */
    Future<Void> begin(HttpServerRequest request, ProxyResponse response, Tunnel tunnel) {
        Optional<TunnelEnd> client = ClientConnection.of(request) instanceof Http1ClientConnection connection
                ? connection.switchProtocols(request, idleTimeout, tunnel::expire)
                : Optional.empty();
        if (client.isEmpty()) {
            tunnel.abandon();
            return tunnel.over().mapEmpty();
        }
        open.add(tunnel);
        client.get().send(headerSection(response.headers()));
        tunnel.join(client.get(), () -> ((Http1ClientConnection) ClientConnection.of(request)).bytesPassed());
        if (stopped) {
            tunnel.stop();
        }
        return tunnel.over().onComplete(over -> open.remove(tunnel)).mapEmpty();
    }

    /** Not through Vert.x, which would go on to the next request behind it. */
    private static ByteBuf headerSection(Headers headers) {
        StringBuilder lines = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
        for (HeaderField field : headers) {
            lines.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
        return Unpooled.copiedBuffer(lines.append("\r\n"), StandardCharsets.ISO_8859_1);
    }
}
