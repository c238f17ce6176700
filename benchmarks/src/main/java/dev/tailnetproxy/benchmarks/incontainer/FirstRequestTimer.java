package dev.tailnetproxy.benchmarks.incontainer;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Takes the time of first requests: the extension is started, and when it asks for {@code /next} a request goes through
 * its SOCKS5 port. Prints one line a start: the microseconds from there to the beginning of the response, or how it failed.
 */
public final class FirstRequestTimer {

    private static final String EXPECTED_PREFIX = "HTTP/1.1 200 ";
    private static final int TIMEOUT_MILLIS = 60_000;

    private final int socksPort;
    private final InetSocketAddress target;

    private FirstRequestTimer(int socksPort, InetSocketAddress target) {
        this.socksPort = socksPort;
        this.target = target;
    }

    /**
     * Measures.
     *
     * @param arguments how often, the SOCKS5 port, and the target's address and port
     * @throws IOException when the extension can't be started
     * @throws InterruptedException when somebody has had enough
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = Integer.parseInt(arguments[0]);
        FirstRequestTimer clock = new FirstRequestTimer(
                Integer.parseInt(arguments[1]),
                InetSocketAddress.createUnresolved(arguments[2], Integer.parseInt(arguments[3])));
        for (int round = 0; round < rounds; round++) {
            ExtensionStart.measure("first-" + round, () -> System.out.println(clock.request()));
        }
    }

    private String request() {
        long begun = System.nanoTime();
        try (Socket socket = new Socket(
                new Proxy(Proxy.Type.SOCKS, new InetSocketAddress(InetAddress.getLoopbackAddress(), socksPort)))) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(target);
            OutputStream out = socket.getOutputStream();
            out.write(("GET /hello HTTP/1.1\r\nHost: " + target.getHostString() + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            String response =
                    new String(socket.getInputStream().readNBytes(EXPECTED_PREFIX.length()), StandardCharsets.US_ASCII);
            long took = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begun);
            return response.equals(EXPECTED_PREFIX) ? Long.toString(took) : "failed no 200 after " + took;
        } catch (IOException e) {
            long took = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begun);
            return "failed " + e.getMessage() + " after " + took;
        }
    }
}
