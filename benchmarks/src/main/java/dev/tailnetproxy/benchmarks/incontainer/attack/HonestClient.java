package dev.tailnetproxy.benchmarks.incontainer.attack;

import dev.tailnetproxy.benchmarks.incontainer.KeepAliveConnection;
import dev.tailnetproxy.benchmarks.incontainer.attack.RequestStatistics.TimedRequest;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;

/**
 * A client that keeps to the rules: it sends the same GET again and again, in turn on a kept and on a new connection. A
 * kept connection that has ended is no failure: the request is sent again on a new one, as HTTP libraries do.
 */
final class HonestClient {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** Not that of the attackers, so that a limit for each address does not hit both. */
    private static final String SOURCE = "127.0.0.2";

    private final Deque<KeepAliveConnection> kept = new ConcurrentLinkedDeque<>();
    private final ConnectionFactory factory;
    private final byte[] request;

    /** How it comes to a connection. */
    private interface ConnectionFactory {
        KeepAliveConnection open(int millis) throws IOException;
    }

    private HonestClient(ConnectionFactory factory, byte[] request) {
        this.factory = factory;
        this.request = request;
    }

    /** One of a server of this machine. */
    static HonestClient of(int port, byte[] request) {
        return new HonestClient(
                millis -> KeepAliveConnection.from(InetAddress.getByName(SOURCE), port, millis), request);
    }

    /** One that goes past the proxy, through the SOCKS5 server. */
    static HonestClient straight(int socksPort, String address, int port, byte[] request) {
        return new HonestClient(millis -> KeepAliveConnection.throughSocks(socksPort, address, port, millis), request);
    }

    /** One request and its response. */
    TimedRequest exchange(boolean reuse, long begin) {
        try {
            Optional<KeepAliveConnection> idle = reuse ? Optional.ofNullable(kept.poll()) : Optional.empty();
            if (idle.isEmpty() || !succeeded(idle.get(), begin)) {
                KeepAliveConnection connection = factory.open(left(begin));
                exchange(connection, begin);
                keep(connection, reuse);
            } else {
                keep(idle.get(), true);
            }
            long nanos = System.nanoTime() - begin;
            return new TimedRequest(
                    TimeUnit.NANOSECONDS.toMicros(nanos), nanos > LIMIT.toNanos() ? "took longer than 5 s" : "");
        } catch (IOException failure) {
            return new TimedRequest(
                    TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begin), String.valueOf(failure.getMessage()));
        }
    }

    /** Whether a kept connection was good for one more request. */
    private boolean succeeded(KeepAliveConnection connection, long begin) throws IOException {
        try {
            exchange(connection, begin);
            return true;
        } catch (EOFException | SocketException ended) {
            return false;
        }
    }

    private void exchange(KeepAliveConnection connection, long begin) throws IOException {
        try {
            connection.setReadTimeout(left(begin));
            connection.exchange(request);
        } catch (IOException failure) {
            connection.close();
            throw failure;
        }
    }

    private void keep(KeepAliveConnection connection, boolean repeats) throws IOException {
        if (repeats) {
            kept.push(connection);
        } else {
            connection.close();
        }
    }

    private static int left(long begin) {
        long left = LIMIT.toNanos() - (System.nanoTime() - begin);
        return Math.max(1, (int) TimeUnit.NANOSECONDS.toMillis(left));
    }
}
