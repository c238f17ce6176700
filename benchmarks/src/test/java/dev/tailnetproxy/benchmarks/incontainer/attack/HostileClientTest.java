package dev.tailnetproxy.benchmarks.incontainer.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostileClientTest {

    private final AttackCounters count = new AttackCounters();
    private ServerSocket server;

    /** Writes {@code message N}, four bytes at first and then one at a time, and leaves when it has read enough. */
    private record Slowly(long bytesBeforeReconnect) implements Attack {

        @Override
        public String name() {
            return "slowly";
        }

        @Override
        public String description() {
            return "a message slowly";
        }

        @Override
        public int clients() {
            return 1;
        }

        @Override
        public byte[] message(AttackTarget target, int number) {
            return AttackTarget.bytes("message " + number);
        }

        @Override
        public Duration pause() {
            return Duration.ofMillis(1);
        }

        @Override
        public int maxWriteBytes(long written) {
            return written < 4 ? 4 : 1;
        }
    }

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private HostileClient client(Attack attack) {
        AttackTarget target = new AttackTarget("100.64.0.9", 1);
        return new HostileClient(
                attack,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()),
                () -> attack.message(target, 7),
                count,
                ByteBuffer.allocate(100),
                false);
    }

    private static String read(Socket connection, int bytes) throws IOException {
        return new String(connection.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
    }

    @Test
    void writesAtMostAllowedBytesPerTick() throws IOException {
        HostileClient client = client(new Slowly(Long.MAX_VALUE));
        client.turn(0);
        try (Socket connection = server.accept()) {
            client.turn(1);
            client.turn(2);
            client.disconnect();

            // The first turn opens the connection, and writes where that is done at once.
            assertThat(read(connection, 100)).isIn("messa", "messag");
        }
    }

    @Test
    void reconnectsAfterReadLimit() throws IOException {
        HostileClient client = client(new Slowly(2));
        client.turn(0);
        try (Socket first = server.accept()) {
            first.getOutputStream().write(new byte[3]);
            // Each turn reads what has arrived by then.
            for (int turn = 1; !count.toString().startsWith("2 connections"); turn++) {
                client.turn(turn);
            }
        }
        try (Socket second = server.accept()) {
            client.turn(0);
            assertThat(read(second, 4)).isEqualTo("mess");
        }
        client.disconnect();
    }

    @Test
    void countsFailuresAndRetries() throws IOException {
        server.close();
        HostileClient client = client(new Slowly(2));
        for (int turn = 0; !count.toString().contains(" 2 connections ended"); turn++) {
            client.turn(turn);
        }

        assertThat(count.toString()).contains("0.0 MB written");
    }
}
