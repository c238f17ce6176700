package dev.tailnetproxy.benchmarks.incontainer;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A node that is started as fast as it can be: tailscaled, {@code tailscale up} in the millisecond in which the LocalAPI
 * responds, with the key at hand in a file. It has joined when the bus says Running.
 */
final class NodeByHand {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final String RUNNING = "\"State\":6";
    private static final String BINARY = "/opt/bin/tailscaled";

    private final String hostname;
    private final Path authKey;
    private final Path folder;
    private final List<String> ports;

    /**
     * A node that does not run yet.
     *
     * @param hostname its name in the tailnet
     * @param authKey file with the key to join with
     * @param folder for its socket and its log
     * @param ports options of tailscaled that open ports
     */
    NodeByHand(String hostname, Path authKey, Path folder, List<String> ports) {
        this.hostname = hostname;
        this.authKey = authKey;
        this.folder = folder;
        this.ports = List.copyOf(ports);
    }

    /** Where tailscaled and the command write their log. */
    Path log() {
        return folder.resolve("log");
    }

    /**
     * Joins.
     *
     * @return the running tailscaled and the time from its start to Running
     * @throws IOException when it does not join; nothing is left running then
     */
    Joined join() throws IOException, InterruptedException {
        Path socket = folder.resolve("tailscaled.sock");
        long started = System.nanoTime();
        List<String> command = new ArrayList<>(List.of(
                BINARY,
                "--tun=userspace-networking",
                "--state=mem:",
                "--statedir=" + folder,
                "--socket=" + socket,
                "--port=0"));
        command.addAll(ports);
        Process daemon = process(command);
        boolean joined = false;
        try (SocketChannel bus = connect(socket, started)) {
            write(bus, "GET /localapi/v0/watch-ipn-bus?mask=2 HTTP/1.1\r\nHost: local-tailscaled.sock\r\n\r\n");
            Process up = process(List.of(
                    BINARY,
                    "--socket=" + socket,
                    "up",
                    "--reset",
                    "--accept-routes",
                    "--accept-dns",
                    "--shields-up",
                    "--timeout=" + TIMEOUT.toSeconds() + "s",
                    "--hostname=" + hostname,
                    "--login-server=" + System.getenv("TS_LOGIN_SERVER"),
                    "--auth-key=file:" + authKey));
            var unused = up.onExit().thenAccept(ended -> {
                if (ended.exitValue() != 0) {
                    daemon.destroy(); // ends the bus, so that nobody waits for it
                }
            });
            awaitRunning(bus);
            long ended = System.nanoTime();
            up.waitFor();
            joined = true;
            return new Joined(daemon, TimeUnit.NANOSECONDS.toMicros(ended - started));
        } finally {
            if (!joined) {
                daemon.destroy();
                daemon.waitFor();
            }
        }
    }

    /**
     * A node in the tailnet.
     *
     * @param daemon its tailscaled; SIGTERM logs it out, because its state is in memory
     * @param microseconds from the start of the process to Running
     */
    record Joined(Process daemon, long microseconds) {}

    private Process process(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment().put("SSL_CERT_FILE", System.getenv("TS_EXTRA_CA"));
        if (command.contains("up")) {
            builder.environment().put("TS_BE_CLI", "true");
        }
        return builder.start();
    }

    private static SocketChannel connect(Path socket, long started) throws IOException, InterruptedException {
        while (true) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
                return channel;
            } catch (IOException notYet) {
                channel.close();
                if (System.nanoTime() - started > TIMEOUT.toNanos()) {
                    throw notYet;
                }
                Thread.sleep(1);
            }
        }
    }

    private static void write(SocketChannel channel, String text) throws IOException {
        ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static void awaitRunning(SocketChannel bus) throws IOException {
        StringBuilder heard = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        while (heard.indexOf(RUNNING) < 0) {
            buffer.clear();
            if (bus.read(buffer) < 0) {
                throw new IOException("the bus ended before the node was running: " + heard);
            }
            heard.append(StandardCharsets.UTF_8.decode(buffer.flip()));
        }
    }
}
