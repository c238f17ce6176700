package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.limits.Limit;
import dev.tailnetproxy.proxy.limits.Reservation;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpConstants;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What header sections take of the memory, on one port: while they arrive, and until their requests have responses. A
 * field counts for more than its bytes, because a field of a few bytes takes objects of a few hundred. What every
 * connection may have is not counted, so that ordinary requests cost nothing here. Used on all event loops.
 */
final class HeaderSections {

    /** The objects of one field, in Netty's form and in the proxy's. */
    private static final long FIELD_BYTES = 256;

    /** Above ordinary requests; all connections together have little of it. */
    private static final long FREE_BYTES = 16 * 1024;

    /** The rest is left for bodies, and for requests that are here. */
    private static final long ARRIVING_PART = 4;

    /** More than a single section can be. */
    private static final long MIN_ARRIVING_BYTES = 1024 * 1024;

    private final Limit limit;
    private final long maxArrivingBytes;
    /** In the order in which they have begun. */
    private final Map<ClientConnection, Long> arriving = new LinkedHashMap<>();

    private long arrivingBytes;

    /** @param limit what whole header sections are taken from */
    HeaderSections(Limit limit) {
        this.limit = limit;
        this.maxArrivingBytes = Math.max(MIN_ARRIVING_BYTES, limit.max() / ARRIVING_PART);
    }

    /**
     * Counts the header section of a request that is a stream of its own.
     *
     * @throws ProxyFailure {@code Overloaded}
     */
    static void count(Iterable<Map.Entry<String, String>> fields, Reservation memory) {
        long bytes = 0;
        for (Map.Entry<String, String> field : fields) {
            bytes += FIELD_BYTES + field.getKey().length() + field.getValue().length();
        }
        if (bytes > FREE_BYTES) {
            memory.add(bytes);
        }
    }

    /** What a part of a section takes, which is all that is readable behind an index and has been read since. */
    private static long weight(ByteBuf bytes, int from) {
        long fields = 0;
        for (int i = from; i < bytes.readerIndex(); i++) {
            fields += bytes.getByte(i) == HttpConstants.LF ? 1 : 0;
        }
        return bytes.readerIndex() - from + fields * FIELD_BYTES;
    }

    private static long weight(HttpMessage message) {
        long bytes = message instanceof HttpRequest request ? request.uri().length() : 0;
        Iterator<Map.Entry<CharSequence, CharSequence>> fields =
                message.headers().iteratorCharSequence();
        while (fields.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            bytes += FIELD_BYTES + field.getKey().length() + field.getValue().length();
        }
        return bytes;
    }

    /** Whoever is slow with a long section makes room for others: the one that has begun first ends. */
    private void track(ClientConnection connection, long bytes) {
        List<ClientConnection> evicted = new ArrayList<>();
        synchronized (this) {
            arrivingBytes += bytes - Objects.requireNonNullElse(arriving.put(connection, bytes), 0L);
            Iterator<Map.Entry<ClientConnection, Long>> oldest =
                    arriving.entrySet().iterator();
            while (arrivingBytes > maxArrivingBytes && oldest.hasNext()) {
                Map.Entry<ClientConnection, Long> next = oldest.next();
                arrivingBytes -= next.getValue();
                evicted.add(next.getKey());
                oldest.remove();
            }
        }
        evicted.forEach(ClientConnection::abort);
    }

    private synchronized void remove(ClientConnection connection) {
        Long bytes = arriving.remove(connection);
        if (bytes != null) {
            arrivingBytes -= bytes;
        }
    }

    /** How much of them is arriving now, apart from what is not counted. */
    synchronized long arrivingBytes() {
        return arrivingBytes;
    }

    /** Those of a connection of HTTP/1. Used on its event loop. */
    final class ConnectionSections {

        private final ClientConnection connection;
        private final Reservation memory = new Reservation(limit);
        /** In the order in which they get their responses. */
        private final Deque<Long> whole = new ArrayDeque<>();

        private long wholeBytes;
        private long reserved;
        private long consumed;
        private boolean closed;

        ConnectionSections(ClientConnection connection) {
            this.connection = connection;
        }

        /**
         * A further part is here, and not yet the end.
         *
         * @param from the index behind which lines have been read
         */
        void bytesReceived(ByteBuf bytes, int from) {
            consumed += weight(bytes, from);
            long all = consumed + bytes.readableBytes();
            if (all > FREE_BYTES && !closed) {
                HeaderSections.this.track(connection, all);
            }
        }

        /** What has arrived is kept no more, or counted otherwise. */
        void discarded() {
            consumed = 0;
            remove(connection);
        }

        /**
         * A section has ended.
         *
         * @throws ProxyFailure {@code Overloaded}
         */
        void completed(HttpMessage message) {
            discarded();
            long bytes = weight(message);
            long wanted = wholeBytes + bytes - FREE_BYTES;
            if (wanted > reserved) {
                memory.add(wanted - reserved);
                reserved = wanted;
            }
            whole.add(bytes);
            wholeBytes += bytes;
        }

        /** The oldest request has its response. */
        void responseSent() {
            Long bytes = whole.poll();
            if (bytes == null) {
                return;
            }
            wholeBytes -= bytes;
            long wanted = Math.max(0, wholeBytes - FREE_BYTES);
            if (wanted < reserved) {
                memory.release(reserved - wanted);
                reserved = wanted;
            }
        }

        /** The connection is closed. */
        void closed() {
            // Netty reads what is left behind the end.
            closed = true;
            remove(connection);
            memory.close();
        }
    }
}
