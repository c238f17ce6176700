package dev.tailnetproxy.benchmarks.incontainer;

import java.io.IOException;

/**
 * Compares a forward with SOCKS5 straight, in turn: prints {@code roundtrip FORWARD SOCKS} with the medians in nanoseconds,
 * and {@code stream FORWARD SOCKS} with nanoseconds for each round of one stream.
 */
public final class ForwardTimer {

    private static final int WARM_UP = 1000;
    private static final int ROUND_TRIPS = 5000;

    private final int forward;
    private final int socks;
    private final String address;
    private final int port;

    private ForwardTimer(int forward, int socks, String address, int port) {
        this.forward = forward;
        this.socks = socks;
        this.address = address;
        this.port = port;
    }

    /**
     * Measures.
     *
     * @param arguments port of the forward, SOCKS5 port, address and port of the target, number of streams and their length
     * @throws IOException when a connection fails
     */
    public static void main(String[] arguments) throws IOException {
        ForwardTimer timer = new ForwardTimer(
                Integer.parseInt(arguments[0]),
                Integer.parseInt(arguments[1]),
                arguments[2],
                Integer.parseInt(arguments[3]));
        timer.roundTrips();
        timer.streams(Integer.parseInt(arguments[4]), Long.parseLong(arguments[5]));
    }

    private void roundTrips() throws IOException {
        long[] forwards = new long[ROUND_TRIPS];
        long[] straight = new long[ROUND_TRIPS];
        try (EchoConnection one = EchoConnection.throughForward(forward, "echo");
                EchoConnection other = EchoConnection.throughSocks(socks, address, port, "echo")) {
            for (int i = -WARM_UP; i < ROUND_TRIPS; i++) {
                long begin = System.nanoTime();
                one.exchange();
                long between = System.nanoTime();
                other.exchange();
                long end = System.nanoTime();
                if (i >= 0) {
                    forwards[i] = between - begin;
                    straight[i] = end - between;
                }
            }
        }
        System.out.println("roundtrip " + Nanos.median(forwards) + " " + Nanos.median(straight));
    }

    private void streams(int rounds, long length) throws IOException {
        String command = "source " + length;
        for (int round = -1; round < rounds; round++) {
            long begin = System.nanoTime();
            try (EchoConnection connection = EchoConnection.throughForward(forward, command)) {
                connection.receive(length);
            }
            long between = System.nanoTime();
            try (EchoConnection connection = EchoConnection.throughSocks(socks, address, port, command)) {
                connection.receive(length);
            }
            long end = System.nanoTime();
            if (round >= 0) { // the first pair opened the windows
                System.out.println("stream " + (between - begin) + " " + (end - between));
            }
        }
    }
}
