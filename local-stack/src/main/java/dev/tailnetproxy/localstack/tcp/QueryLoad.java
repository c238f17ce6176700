package dev.tailnetproxy.localstack.tcp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Short queries one after the other, by a client that connects again when its connection fails. */
final class QueryLoad {

    private static final int QUERIES_A_CONNECTION = 20;
    private static final int BETWEEN_QUERIES_MILLIS = 2;
    private static final int BETWEEN_ATTEMPTS_MILLIS = 20;

    private final String host;
    private final int port;

    private @Nullable ProbeConnection connection;
    private int queries;

    QueryLoad(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /**
     * Queries until enough have succeeded since the interruption, which not every query notices.
     *
     * @param interruption a file that is there when it has happened
     * @param after how many
     * @param millis a query that takes longer, with all its attempts, is the end
     */
    String run(Path interruption, int after, long millis) throws IOException, InterruptedException {
        int succeeded = 0;
        while (succeeded < after) {
            boolean interrupted = Files.exists(interruption);
            if (!query(millis)) {
                return "a query took too long";
            }
            if (interrupted) {
                succeeded++;
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_QUERIES_MILLIS);
        }
        disconnect();
        return "recovered";
    }

    /** Whether it succeeded in time. */
    private boolean query(long millis) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (millisSince(begin) <= millis) {
            try {
                ProbeConnection used = connect().timeout((int) Math.max(1, millis - millisSince(begin)));
                if (used.exchange('q') != 'q') {
                    throw new IOException("the connection has ended");
                }
                queries++;
                if (queries % QUERIES_A_CONNECTION == 0) {
                    disconnect();
                }
                return millisSince(begin) <= millis;
            } catch (IOException failed) {
                disconnect();
                TimeUnit.MILLISECONDS.sleep(BETWEEN_ATTEMPTS_MILLIS);
            }
        }
        return false;
    }

    private ProbeConnection connect() throws IOException {
        ProbeConnection open = connection;
        if (open == null) {
            open = ProbeConnection.open(host, port, "echo");
            connection = open;
        }
        return open;
    }

    private void disconnect() throws IOException {
        ProbeConnection open = connection;
        if (open != null) {
            open.close();
            connection = null;
        }
    }

    private static long millisSince(long begin) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }
}
