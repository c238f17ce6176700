package dev.tailnetproxy.benchmarks.incontainer.attack;

import dev.tailnetproxy.benchmarks.incontainer.KeepAliveConnection;
import dev.tailnetproxy.benchmarks.incontainer.attack.RequestStatistics.TimedRequest;
import dev.tailnetproxy.contract.HeaderNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * What an honest client sees of the proxy for a while: it sends ten requests a second, the liveness probe one, and
 * another client one past the proxy, which tells what the tailnet and this machine can do meanwhile. Prints a line {@code
 * honest}, {@code liveness} and {@code straight} ({@link RequestStatistics#line}), and {@code connections M}: the most that there
 * were to targets, looked at each second.
 */
public final class ProxyMonitor {

    private static final int PER_SECOND = 10;
    private static final long BETWEEN_NANOS = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;
    private static final Path TCP = Path.of("/proc/net/tcp");

    private final ExecutorService exchanges = Executors.newCachedThreadPool();
    private final HonestClient honest;
    private final HonestClient probe;
    private final HonestClient straight;
    private final String socksPort;

    private ProxyMonitor(HonestClient honest, HonestClient probe, HonestClient straight, int socksPort) {
        this.honest = honest;
        this.probe = probe;
        this.straight = straight;
        this.socksPort = String.format(Locale.ROOT, ":%04X", socksPort);
    }

    /**
     * Looks.
     *
     * @param arguments the proxy's ports for requests and for management, the port of the SOCKS5 server, the address and
     *     the port of a target that is not attacked, its path, seconds
     * @throws Exception when it can't be looked at
     */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        int management = Integer.parseInt(arguments[1]);
        int socks = Integer.parseInt(arguments[2]);
        String address = arguments[3];
        int targetPort = Integer.parseInt(arguments[4]);
        byte[] request = KeepAliveConnection.get(
                arguments[5], HeaderNames.TARGET_IP + ": " + address, HeaderNames.TARGET_PORT + ": " + targetPort);
        ProxyMonitor witness = new ProxyMonitor(
                HonestClient.of(port, request),
                HonestClient.of(management, KeepAliveConnection.get("/q/health/live")),
                HonestClient.straight(socks, address, targetPort, KeepAliveConnection.get(arguments[5])),
                socks);
        witness.run(Integer.parseInt(arguments[6]));
        System.exit(0);
    }

    private void run(int seconds) throws IOException, InterruptedException, ExecutionException {
        List<Future<TimedRequest>> requests = new ArrayList<>();
        List<Future<TimedRequest>> probes = new ArrayList<>();
        List<Future<TimedRequest>> past = new ArrayList<>();
        long connections = 0;
        long begin = System.nanoTime();
        for (int i = 0; i < seconds * PER_SECOND; i++) {
            long due = begin + i * BETWEEN_NANOS;
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            boolean reuse = i % 2 == 0;
            requests.add(exchanges.submit(() -> honest.exchange(reuse, due)));
            if (i % PER_SECOND == 0) {
                // A probe of Kubernetes opens a new connection each time.
                probes.add(exchanges.submit(() -> probe.exchange(false, due)));
                past.add(exchanges.submit(() -> straight.exchange(false, due)));
                connections = Math.max(connections, connectionsToTargets());
            }
        }
        System.out.println(RequestStatistics.of(done(requests)).line("honest"));
        System.out.println(RequestStatistics.of(done(probes)).line("liveness"));
        System.out.println(RequestStatistics.of(done(past)).line("straight"));
        System.out.println("connections " + connections);
    }

    /** Each one that the SOCKS5 server has accepted and not ended. */
    private long connectionsToTargets() throws IOException {
        try (var lines = Files.lines(TCP)) {
            return lines.map(line -> line.strip().split("\\s+", 5))
                    .filter(fields -> fields[1].endsWith(socksPort) && fields[3].equals("01"))
                    .count();
        }
    }

    private static List<TimedRequest> done(List<Future<TimedRequest>> futures)
            throws InterruptedException, ExecutionException {
        List<TimedRequest> all = new ArrayList<>();
        for (Future<TimedRequest> future : futures) {
            all.add(future.get());
        }
        return all;
    }
}
