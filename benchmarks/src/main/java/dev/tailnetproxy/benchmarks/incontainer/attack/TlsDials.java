package dev.tailnetproxy.benchmarks.incontainer.attack;

import dev.tailnetproxy.benchmarks.incontainer.KeepAliveConnection;
import dev.tailnetproxy.contract.HeaderNames;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/**
 * Lets the proxy dial a target over TLS that never ends the handshake, so that what TLS takes when it is used for the first
 * time is not counted as left over from an attack.
 */
public final class TlsDials {

    private static final int CLIENTS = 20;
    private static final int DIALS = 3;
    private static final int TIMEOUT_MS = 500;

    private TlsDials() {}

    /**
     * Dials.
     *
     * @param arguments the proxy's port; the target's address and port
     * @throws InterruptedException when it is stopped
     */
    public static void main(String[] arguments) throws InterruptedException {
        int port = Integer.parseInt(arguments[0]);
        byte[] request = KeepAliveConnection.get(
                "/",
                HeaderNames.TARGET_IP + ": " + arguments[1],
                HeaderNames.TARGET_PORT + ": " + arguments[2],
                HeaderNames.HTTPS + ": true",
                HeaderNames.TIMEOUT_MS + ": " + TIMEOUT_MS);
        CountDownLatch done = new CountDownLatch(CLIENTS);
        for (int i = 0; i < CLIENTS; i++) {
            new Thread(() -> {
                        dial(port, request);
                        done.countDown();
                    })
                    .start();
        }
        done.await();
    }

    private static void dial(int port, byte[] request) {
        for (int i = 0; i < DIALS; i++) {
            try (KeepAliveConnection connection = new KeepAliveConnection(port)) {
                connection.exchange(request);
            } catch (IOException refused) {
                // Each ends with Timeout or TlsFailure.
            }
        }
    }
}
