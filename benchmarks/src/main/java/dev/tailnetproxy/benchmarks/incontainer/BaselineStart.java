package dev.tailnetproxy.benchmarks.incontainer;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The least time that joining can take: tailscaled is started, {@code tailscale up} follows in the millisecond in which
 * the LocalAPI responses, with the key at hand in a file, and the clock stops when the bus says Running.
 */
final class BaselineStart {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final String RUNNING = "\"State\":6";
    private static final String BINARY = "/opt/bin/tailscaled";

    private final String hostname;
    private final Path authKey;
    private final Path folder;

    BaselineStart(String hostname, Path authKey) throws IOException {
        this.hostname = hostname;
        this.authKey = authKey;
        this.folder = Files.createTempDirectory("by-hand");
    }

    long microseconds() throws IOException, InterruptedException {
        Path socket = folder.resolve("tailscaled.sock");
        long started = System.nanoTime();
        Process daemon = process(List.of(
                BINARY,
                "--tun=userspace-networking",
                "--state=mem:",
                "--statedir=" + folder,
                "--socket=" + socket,
                "--socks5-server=127.0.0.1:1056",
                "--outbound-http-proxy-listen=127.0.0.1:1056",
                "--port=0"));
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
                    "--hostname=" + hostname,
                    "--login-server=" + System.getenv("TS_LOGIN_SERVER"),
                    "--auth-key=file:" + authKey));
            awaitRunning(bus);
            long ended = System.nanoTime();
            up.waitFor();
            return TimeUnit.NANOSECONDS.toMicros(ended - started);
        } finally {
            daemon.destroy(); // SIGTERM: with its state in memory it logs out
            daemon.waitFor();
        }
    }

    private Process process(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
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
