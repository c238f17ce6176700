package dev.tailnetproxy.benchmarks.incontainer;

import dev.tailnetproxy.contract.HeaderNames;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/**
 * Many clients at once for a while, each with one connection and one request after the other. Prints {@code requests R
 * errors E millis M}.
 */
public final class LoadGenerator {

    private static final Duration WARM_UP = Duration.ofSeconds(5);

    private final LongAdder requests = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final String mode;
    private final int port;
    private final String target;
    private final int targetPort;

    private LoadGenerator(String mode, int port, String target, int targetPort) {
        this.mode = mode;
        this.port = port;
        this.target = target;
        this.targetPort = targetPort;
    }

    /**
     * Loads.
     *
     * @param arguments {@code socks} or {@code proxy}; the port of the SOCKS5 server or the proxy on this machine; the
     *     target's address and port; number of clients; seconds
     * @throws InterruptedException when it is stopped
     */
    public static void main(String[] arguments) throws InterruptedException {
        LoadGenerator load = new LoadGenerator(
                arguments[0], Integer.parseInt(arguments[1]), arguments[2], Integer.parseInt(arguments[3]));
        load.run(Integer.parseInt(arguments[4]), Duration.ofSeconds(Long.parseLong(arguments[5])));
    }

    private void run(int clients, Duration span) throws InterruptedException {
        long warm = System.nanoTime() + WARM_UP.toNanos();
        long end = warm + span.toNanos();
        CountDownLatch done = new CountDownLatch(clients);
        for (int i = 0; i < clients; i++) {
            new Thread(() -> {
                        client(warm, end);
                        done.countDown();
                    })
                    .start();
        }
        done.await();
        System.out.println("requests " + requests.sum() + " errors " + errors.sum() + " millis " + span.toMillis());
    }

    /** Whatever fails is an error, in the warm-up, too. */
    private void client(long warm, long end) {
        byte[] request = mode.equals("socks")
                ? KeepAliveConnection.get("/1024")
                : KeepAliveConnection.get(
                        "/1024", HeaderNames.TARGET_IP + ": " + target, HeaderNames.TARGET_PORT + ": " + targetPort);
        while (System.nanoTime() < end) {
            try (KeepAliveConnection connection = connect()) {
                while (System.nanoTime() < end) {
                    connection.exchange(request);
                    long now = System.nanoTime();
                    if (now >= warm && now < end) {
                        requests.increment();
                    }
                }
            } catch (IOException failure) {
                errors.increment();
                System.err.println(failure);
            }
        }
    }

    private KeepAliveConnection connect() throws IOException {
        return mode.equals("socks")
                ? KeepAliveConnection.throughSocks(port, target, targetPort)
                : new KeepAliveConnection(port);
    }
}
