package dev.tailnetproxy.benchmarks.incontainer;

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
    private final WayToTarget way;

    private ShortConnections(WayToTarget way) {
        this.way = way;
    }

    /**
     * Sends the requests.
     *
     * @param arguments {@code socks} or {@code proxy}; the port of the SOCKS5 server or the proxy on this machine; the
     *     target's address and port; number of clients; number of requests
     * @throws InterruptedException when it is stopped
     */
    public static void main(String[] arguments) throws InterruptedException {
        ShortConnections load = new ShortConnections(WayToTarget.of(arguments));
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
        byte[] request = way.get(PATH);
        while (begun.getAndIncrement() < requests) {
            long begin = System.nanoTime();
            try (KeepAliveConnection connection = way.connect()) {
                connection.exchange(request);
            } catch (IOException failure) {
                failures.incrementAndGet();
                System.err.println(failure);
            }
            longest.accumulateAndGet((System.nanoTime() - begin) / 1000, Math::max);
        }
    }
}
