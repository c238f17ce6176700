package dev.tailnetproxy.benchmarks.incontainer.attack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One client of an attack: a connection that never blocks, and the bytes still to be written on it. */
final class HostileClient {

    private static final int SMALL_WINDOW_BYTES = 8192;

    private final Attack attack;
    private final InetSocketAddress proxy;
    private final Supplier<byte[]> messages;
    private final AttackCounters count;
    private final boolean resets;
    private final ByteBuffer received;
    private ByteBuffer message = ByteBuffer.allocate(0);
    private @Nullable SocketChannel channel;
    private long since;
    private long read;

    /**
     * A client without a connection.
     *
     * @param received where the bytes go that it reads; all clients may share it
     * @param resets whether it leaves by a reset instead of an end of stream
     */
    HostileClient(
            Attack attack,
            InetSocketAddress proxy,
            Supplier<byte[]> messages,
            AttackCounters count,
            ByteBuffer received,
            boolean resets) {
        this.attack = attack;
        this.proxy = proxy;
        this.messages = messages;
        this.count = count;
        this.received = received;
        this.resets = resets;
    }

    /** Whether it has a connection, or is opening one. */
    boolean isConnected() {
        return channel != null;
    }

    /** Takes the client's turn. */
    void turn(long now) {
        try {
            SocketChannel open = channel == null ? open(now) : channel;
            if (!open.finishConnect()) {
                return;
            }
            if (!message.hasRemaining() && attack.repeats()) {
                message = ByteBuffer.wrap(messages.get());
            }
            write(open);
            if (read(open)
                    || read >= attack.bytesBeforeReconnect()
                    || now - since >= attack.connectionLifetime().toNanos()) {
                disconnect();
            }
        } catch (IOException ended) {
            count.ended(ended);
            disconnect();
        }
    }

    private SocketChannel open(long now) throws IOException {
        SocketChannel opened = SocketChannel.open();
        channel = opened;
        since = now;
        read = 0;
        message = ByteBuffer.wrap(messages.get());
        opened.configureBlocking(false);
        if (resets) {
            opened.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
        if (attack.maxReadBytes() < Integer.MAX_VALUE) {
            // Unread bytes must wait in the proxy and not in front of it.
            opened.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_WINDOW_BYTES);
        }
        opened.connect(proxy);
        count.opened();
        return opened;
    }

    private void write(SocketChannel open) throws IOException {
        int end = message.limit();
        message.limit((int) Math.min(end, message.position() + (long) attack.maxWriteBytes(message.position())));
        count.wrote(open.write(message));
        message.limit(end);
    }

    /** Whether the proxy has ended the connection. */
    private boolean read(SocketChannel open) throws IOException {
        int left = attack.maxReadBytes();
        while (left > 0) {
            received.clear().limit(Math.min(left, received.capacity()));
            int bytes = open.read(received);
            if (bytes <= 0) {
                return bytes < 0;
            }
            read += bytes;
            left -= bytes;
            count.read(received.flip());
        }
        return false;
    }

    /** Ends its connection; it opens another one in its next turn. */
    void disconnect() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException alreadyEnded) {
            count.ended(alreadyEnded);
        } finally {
            channel = null;
        }
    }
}
