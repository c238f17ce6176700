package dev.tailnetproxy.localstack.tcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Bytes that arrive as they were sent. */
final class TransferScenarios {

    private static final String SAME = "same";
    private static final String OTHER = "other";
    private static final int MAX_REOPENED = 5;

    private final String host;
    private final int port;

    TransferScenarios(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /** So many bytes there and back at the same time. */
    String bothWays(long length) throws IOException {
        try (ProbeConnection connection = ProbeConnection.open(host, port, "echo")) {
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> send(connection, length));
            String received = Payload.digest(connection.in());
            sent.join();
            return received.equals(Payload.digest(length)) ? SAME : OTHER;
        }
    }

    /** So many bytes that come back only after this side has ended. */
    String halfClose(long length) throws IOException {
        try (ProbeConnection connection = ProbeConnection.open(host, port, "store")) {
            send(connection, length);
            return Payload.digest(connection.in()).equals(Payload.digest(length)) ? SAME : OTHER;
        }
    }

    private static void send(ProbeConnection connection, long length) {
        try {
            Payload.write(connection.out(), length, done -> {});
            connection.endOutput();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Reads nothing before the target can send no more; then everything. Tells how much the target could send before. */
    String slowReader(long length) throws IOException, InterruptedException {
        try (ProbeConnection connection = ProbeConnection.open(host, port, "source " + length)) {
            long before = -1;
            long stalledAt = sent();
            while (stalledAt == 0 || stalledAt != before) {
                TimeUnit.MILLISECONDS.sleep(500); // there is no event for what does not happen
                before = stalledAt;
                stalledAt = sent();
            }
            String received = Payload.digest(connection.in());
            return stalledAt + " " + (received.equals(Payload.digest(length)) ? SAME : OTHER);
        }
    }

    private long sent() throws IOException {
        try (ProbeConnection connection = ProbeConnection.open(host, port, "sent")) {
            byte[] line = connection.in().readAllBytes();
            return Long.parseLong(new String(line, StandardCharsets.US_ASCII).strip());
        }
    }

    /**
     * So many connections that are open together, each with bytes of its own. A few that are reset at first are opened
     * again: of thousands that come at once the target's tailscaled refuses one now and then.
     */
    String atOnce(int number) throws IOException {
        List<ProbeConnection> open = new ArrayList<>();
        try {
            for (int i = 0; i < number; i++) {
                open.add(ProbeConnection.open(host, port, "echo"));
            }
            int reopened = 0;
            for (int i = 0; i < number; i++) {
                while (!isEchoed(open.get(i), i)) {
                    if (++reopened > MAX_REOPENED) {
                        return OTHER;
                    }
                    open.set(i, ProbeConnection.open(host, port, "echo"));
                }
            }
            for (int i = 0; i < number; i++) {
                if (!isEchoed(open.get(i), number - i)) {
                    return OTHER;
                }
            }
            return SAME;
        } finally {
            for (ProbeConnection connection : open) {
                connection.close();
            }
        }
    }

    private static boolean isEchoed(ProbeConnection connection, int value) throws IOException {
        int single = value % 256;
        try {
            return connection.exchange(single) == single;
        } catch (SocketException reset) {
            connection.close();
            return false;
        }
    }
}
