package dev.tailnetproxy.proxy.support;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** The pings of a {@link TestLocalApi}: tailscaled responds to one when the peer has replied, and says nothing until then. */
public final class TestPings {

    private static final String PATH = "/localapi/v0/ping?";

    private final List<String> pinged = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> silent = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Runnable onPing = () -> {};
    private volatile int status = 200;
    private volatile String body = "";

    /** Lets the next pings of this peer hang, as those of a peer do that has not heard of this node yet. */
    public void hangNextPings(String peer, int times) {
        silent.put(peer, times);
    }

    /** Responds to every ping with this, as a tailscaled does that knows none, or a peer that can't be pinged. */
    public void response(int newStatus, String newBody) {
        status = newStatus;
        body = newBody;
    }

    /** Runs at each ping, before there is a response. */
    public void onPing(Runnable newOnPing) {
        onPing = newOnPing;
    }

    /** Which addresses were pinged, oldest first. */
    public List<String> pinged() {
        return List.copyOf(pinged);
    }

    static boolean isPing(String path) {
        return path.startsWith(PATH);
    }

    /** What tailscaled responds with, as status and body. */
    record Reply(int status, String body) {}

    Reply serve(String method, String path) {
        if (!method.equals("POST")) {
            return new Reply(400, "want POST");
        }
        if (!path.matches(".*[?&]type=disco(&.*)?")) {
            return new Reply(400, "missing 'type' parameter");
        }
        String peer = path.replaceAll(".*[?&]ip=([^&]*).*", "$1").replace("%3A", ":");
        pinged.add(peer);
        onPing.run();
        Integer left = silent.computeIfPresent(peer, (known, before) -> before - 1);
        if (left != null && left >= 0) {
            await();
        }
        JsonObject pong = new JsonObject().put("IP", peer).put("Err", "").put("DERPRegionID", 999);
        return new Reply(status, body.isEmpty() ? pong.encode() : body);
    }

    private void await() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void close() {
        closed.countDown();
    }
}
