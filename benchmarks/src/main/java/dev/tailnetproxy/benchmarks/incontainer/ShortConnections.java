package dev.tailnetproxy.benchmarks.incontainer;

import dev.tailnetproxy.contract.HeaderNames;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A number of requests by many clients at once, each on a connection of its own. Prints {@code requests R failures F millis M
 * longest L}: all requests, those of them that failed, the length of the run, and the microseconds of the request that took
 * longest, from the connect to the end of its response or to its failure.
 */
public final class ShortConnections {

    private static final String PATH = "/1024";

    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicLong longest = new AtomicLong();
    private final String mode;
    private final int port;
    private final String target;
    private final int targetPort;

    private ShortConnections(String mode, int port, String target, int targetPort) {
        this.mode = mode;
        this.port = port;
        this.target = target;
        this.targetPort = targetPort;
    }

    /**
     * Sends the requests.
     *
     * @param arguments {@code socks} or {@code proxy}; the port of the SOCKS5 server or the proxy on this machine; the
     *     target's address and port; number of clients; number of requests
     * @throws InterruptedException when it is stopped
     */
    public static void main(String[] arguments) throws InterruptedException {
        ShortConnections load = new ShortConnections(
                arguments[0], Integer.parseInt(arguments[1]), arguments[2], Integer.parseInt(arguments[3]));
        load.run(Integer.parseInt(arguments[4]), Integer.parseInt(arguments[5]));
    }

    private void run(int clients, int requests) throws InterruptedException {
        long begin = System.nanoTime();
        CountDownLatch done = new CountDownLatch(clients);
        for (int i = 0; i < clients; i++) {
            new Thread(() -> {
                        client(requests);
                        done.countDown();
                    })
                    .start();
        }
        done.await();
        System.out.println("requests " + requests + " failures " + failures.get() + " millis "
                + (System.nanoTime() - begin) / 1_000_000 + " longest " + longest.get());
    }

    private void client(int requests) {
        byte[] request = mode.equals("socks")
                ? KeepAliveConnection.get(PATH)
                : KeepAliveConnection.get(
                        PATH, HeaderNames.TARGET_IP + ": " + target, HeaderNames.TARGET_PORT + ": " + targetPort);
        while (begun.getAndIncrement() < requests) {
            long begin = System.nanoTime();
            try (KeepAliveConnection connection = connect()) {
                connection.exchange(request);
            } catch (IOException failure) {
                failures.incrementAndGet();
                System.err.println(failure);
            }
            longest.accumulateAndGet((System.nanoTime() - begin) / 1000, Math::max);
        }
    }

    private KeepAliveConnection connect() throws IOException {
        return mode.equals("socks")
                ? KeepAliveConnection.throughSocks(port, target, targetPort)
                : new KeepAliveConnection(port);
    }
}
