package dev.tailnetproxy.benchmarks.incontainer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Invocations through the emulator of this execution environment, and the same requests by hand through the layer's SOCKS5
 * port, in turn. Prints {@code invocation PAYLOAD FLOOR FUNCTION} for each payload, medians in nanoseconds.
 */
public final class InvocationTimer {

    private static final int SMALL_ROUNDS = 1000;
    private static final int LARGE_ROUNDS = 100;
    private static final String INVOCATIONS = ":8080/2015-03-31/functions/function/invocations";

    private InvocationTimer() {}

    /**
     * Measures.
     *
     * @param arguments SOCKS5 port, the target's address and port
     * @throws IOException when an invocation or a request fails
     */
    public static void main(String[] arguments) throws IOException {
        int socksPort = Integer.parseInt(arguments[0]);
        int port = Integer.parseInt(arguments[2]);
        URI emulator = URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + INVOCATIONS);
        // The layer joins with the first one.
        invoke(emulator, FunctionPayload.GET.event(arguments[1], port));
        for (FunctionPayload payload : FunctionPayload.values()) {
            byte[] event = payload.event(arguments[1], port);
            byte[] direct = payload.direct();
            int rounds = payload == FunctionPayload.GET ? SMALL_ROUNDS : LARGE_ROUNDS;
            long[] floors = new long[rounds];
            long[] functions = new long[rounds];
            try (KeepAliveConnection connection = KeepAliveConnection.throughSocks(socksPort, arguments[1], port)) {
                for (int i = -rounds; i < rounds; i++) {
                    long begin = System.nanoTime();
                    connection.exchange(direct);
                    long between = System.nanoTime();
                    invoke(emulator, event);
                    if (i >= 0) {
                        floors[i] = between - begin;
                        functions[i] = System.nanoTime() - between;
                    }
                }
            }
            System.out.println("invocation " + payload + " " + Nanos.median(floors) + " " + Nanos.median(functions));
        }
        System.exit(0);
    }

    /** The JDK keeps the connection. */
    private static void invoke(URI emulator, byte[] event) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) emulator.toURL().openConnection();
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(event.length);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(event);
        }
        try (InputStream in = connection.getInputStream()) {
            String response = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            if (!NoOpFunction.isOk(response)) {
                throw new IOException("the function responded " + response);
            }
        }
    }
}
