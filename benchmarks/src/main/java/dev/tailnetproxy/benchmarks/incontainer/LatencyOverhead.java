package dev.tailnetproxy.benchmarks.incontainer;

import dev.tailnetproxy.testkit.FunctionEventBuilder;
import java.util.concurrent.TimeUnit;

/**
 * What the proxy adds to a request: the same GET by hand through the SOCKS5 port, and as an event through the function's
 * handler, in turn, in one process. Prints {@code floor P50 function P50 added P50}, in microseconds.
 */
public final class LatencyOverhead {

    private static final int WARM_UP = 2000;

    private LatencyOverhead() {}

    /**
     * Measures.
     *
     * @param arguments SOCKS5 port, the target's address and port, number of requests
     * @throws Exception when it can't be measured
     */
    public static void main(String[] arguments) throws Exception {
        int socksPort = Integer.parseInt(arguments[0]);
        int port = Integer.parseInt(arguments[2]);
        int rounds = Integer.parseInt(arguments[3]);
        byte[] request = KeepAliveConnection.get("/1024");
        byte[] event = event(arguments[1], port);
        InProcessHandler function = new InProcessHandler();
        long[] floors = new long[rounds];
        long[] functions = new long[rounds];
        long[] added = new long[rounds];
        try (KeepAliveConnection connection = KeepAliveConnection.throughSocks(socksPort, arguments[1], port)) {
            for (int i = -WARM_UP; i < rounds; i++) {
                long begin = System.nanoTime();
                connection.exchange(request);
                long between = System.nanoTime();
                function.invoke(event);
                long end = System.nanoTime();
                if (i >= 0) {
                    floors[i] = between - begin;
                    functions[i] = end - between;
                    added[i] = functions[i] - floors[i];
                }
            }
        }
        System.out.println("floor " + micros(floors) + " function " + micros(functions) + " added " + micros(added));
        System.exit(0);
    }

    private static long micros(long[] nanos) {
        return TimeUnit.NANOSECONDS.toMicros(Nanos.median(nanos));
    }

    private static byte[] event(String address, int port) {
        return FunctionEventBuilder.get("/1024")
                .target(address, port)
                .header("authorization", "AWS4-HMAC-SHA256 x")
                .header("accept", "*/*")
                .utf8();
    }
}
