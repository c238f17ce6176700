package dev.tailnetproxy.proxy.support;

import dev.tailnetproxy.testkit.HeaderSection;
import dev.tailnetproxy.testkit.HttpMessageReader;
import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Responses on a unix socket as tailscaled's LocalAPI does, from a state that the test sets. */
public final class TestLocalApi implements AutoCloseable {

    private final Path socket;
    private final ServerSocketChannel server;
    private final List<SocketChannel> watchers = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Map<String, CountDownLatch> silent = new ConcurrentHashMap<>();
    private final Map<String, byte[]> dns = new ConcurrentHashMap<>();
    private final TestPings pings = new TestPings();
    private volatile JsonObject status;
    private volatile JsonObject prefs = usualPrefs();

    public TestLocalApi(JsonObject status) {
        this.status = status;
        try {
            socket = Files.createTempDirectory("localapi").resolve("t.sock");
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    /** Those of a node that joined as the extension lets it. */
    public static JsonObject usualPrefs() {
        return new JsonObject().put("RouteAll", true).put("ShieldsUp", true);
    }

    public Path socket() {
        return socket;
    }

    /** Changes the state and tells everybody who watches. */
    public void setStatus(JsonObject newStatus) {
        status = newStatus;
        notifyWatchers();
    }

    public void prefs(JsonObject newPrefs) {
        prefs = newPrefs;
        notifyWatchers();
    }

    /** Sets the DNS message for a name and a type, as {@code name/A}. */
    public void dns(String nameAndType, byte[] message) {
        dns.put(nameAndType, message);
    }

    /** Does not respond for this name and type. */
    public void dnsHangs(String nameAndType) {
        silent.put(nameAndType, new CountDownLatch(1));
    }

    /** Responses for a silent name after all, also those who are waiting. */
    public void dnsResumes(String nameAndType) {
        silent.get(nameAndType).countDown();
    }

    public TestPings pings() {
        return pings;
    }

    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** Ends the streams of notifications, as a daemon does that starts anew. */
    public void dropWatchers() {
        watchers.removeIf(watcher -> {
            closeQuietly(watcher);
            return true;
        });
    }

    private void notifyWatchers() {
        watchers.removeIf(watcher -> {
            try {
                chunk(Channels.newOutputStream(watcher), "{\"Version\":\"1.102.5\",\"PeersChanged\":[]}\n");
                return false;
            } catch (IOException e) {
                return true;
            }
        });
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                daemon(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        try {
            HeaderSection request = new HttpMessageReader(new BufferedInputStream(Channels.newInputStream(client)))
                    .readHeaderSection()
                    .orElseThrow(EOFException::new);
            String path = request.requestTarget();
            requests.add(path);
            OutputStream out = Channels.newOutputStream(client);
            if (!request.values("host").equals(List.of("local-tailscaled.sock"))) {
                response(out, 403, "invalid localapi request");
            } else if (path.startsWith("/localapi/v0/watch-ipn-bus")) {
                out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                watchers.add(client);
                chunk(out, "{\"Version\":\"1.102.5\",\"State\":6}\n");
                return;
            } else if (path.equals("/localapi/v0/status")) {
                response(out, 200, status.encode());
            } else if (path.equals("/localapi/v0/prefs")) {
                response(out, 200, prefs.encode());
            } else if (path.startsWith("/localapi/v0/dns-query?")) {
                respondDns(out, path);
            } else if (TestPings.isPing(path)) {
                TestPings.Reply response = pings.serve(request.method(), path);
                response(out, response.status(), response.body());
            } else {
                response(out, 404, "not found");
            }
        } catch (IOException e) {
            // The client went away.
        }
        if (!watchers.contains(client)) {
            closeQuietly(client);
        }
    }

    private void respondDns(OutputStream out, String path) throws IOException {
        String name = path.replaceAll(".*[?&]name=([^&]*).*", "$1");
        String type = path.replaceAll(".*[?&]type=([^&]*).*", "$1");
        CountDownLatch silence = silent.get(name + "/" + type);
        if (silence != null) {
            await(silence);
        }
        byte[] message = dns.getOrDefault(name + "/" + type, TestDnsMessages.nameError());
        JsonObject json = new JsonObject().put("Bytes", Base64.getEncoder().encodeToString(message));
        response(out, 200, json.encode());
    }

    private static void await(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void response(OutputStream out, int code, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        out.write(("HTTP/1.1 " + code + " X\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        // In small pieces, so that a reader which takes one piece for the whole is found out.
        for (int from = 0; from < bytes.length; from += 100) {
            int length = Math.min(100, bytes.length - from);
            out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(bytes, from, length);
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static void chunk(OutputStream out, String text) throws IOException {
        out.write((Integer.toHexString(text.length()) + "\r\n" + text + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "localapi");
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is left to do with it.
        }
    }

    @Override
    public void close() {
        silent.values().forEach(CountDownLatch::countDown);
        pings.close();
        try {
            server.close();
            dropWatchers();
            Files.deleteIfExists(socket);
            Files.deleteIfExists(socket.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
