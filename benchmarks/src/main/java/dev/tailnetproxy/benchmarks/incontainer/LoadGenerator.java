package dev.tailnetproxy.benchmarks.incontainer;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/**
 * Many clients at once for a while, each with one connection and one request after the other. Prints {@code requests R
 * errors E millis M all A p50 P p99 Q}: the requests behind the warm-up, their errors with those of the warm-up, the length
 * of the run, all requests, and the microseconds that half and 99 % of the first took at most.
 */
public final class LoadGenerator {

    private static final Duration WARM_UP = Duration.ofSeconds(5);

    private final LatencyHistogram latencies = new LatencyHistogram();
    private final LongAdder all = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final WayToTarget way;
    private final String path;

    private LoadGenerator(WayToTarget way, String path) {
        this.way = way;
        this.path = path;
    }

    /**
     * Loads.
     *
     * @param arguments {@code socks} or {@code proxy}; the port of the SOCKS5 server or the proxy on this machine; the
     *     target's address and port; number of clients; seconds; the path, unless it is that of 1 KB
     * @throws InterruptedException when it is stopped
     */
    public static void main(String[] arguments) throws InterruptedException {
        LoadGenerator load =
                new LoadGenerator(WayToTarget.of(arguments), arguments.length > 6 ? arguments[6] : "/1024");
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
        System.out.println("requests " + latencies.count() + " errors " + errors.sum() + " millis " + span.toMillis()
                + " all " + all.sum() + " p50 " + latencies.percentile(0.5) + " p99 " + latencies.percentile(0.99));
    }

    /** Whatever fails is an error, in the warm-up, too. */
    private void client(long warm, long end) {
        LatencyHistogram own = new LatencyHistogram();
        byte[] request = way.get(path);
        while (System.nanoTime() < end) {
            try (KeepAliveConnection connection = way.connect()) {
                for (long begin = System.nanoTime(); begin < end; begin = System.nanoTime()) {
                    connection.exchange(request);
                    long now = System.nanoTime();
                    all.increment();
                    if (now >= warm && now < end) {
                        own.add((now - begin) / 1000);
                    }
                }
            } catch (IOException failure) {
                errors.increment();
                System.err.println(failure);
            }
        }
        synchronized (latencies) {
            latencies.addAll(own);
        }
    }
}
