package dev.tailnetproxy.proxy.support;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A SOCKS5 server (RFC 1928, CONNECT without authentication) that stands for tailscaled's: it knows which loopback port
 * each tailnet address and port leads to, and reports every failure with code 1 as tailscaled does.
 */
public final class TestSocksServer implements AutoCloseable {

    private static final int GENERAL_FAILURE = 1;

    private final LoopbackServer server = new LoopbackServer("socks", this::serve);
    private final Map<String, Integer> ports = new ConcurrentHashMap<>();
    private final List<String> dials = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> refusals = new ConcurrentHashMap<>();
    private final Map<String, Integer> hangs = new ConcurrentHashMap<>();
    private volatile Runnable onHang = () -> {};
    private volatile Runnable onDial = () -> {};
    private volatile boolean passesEnds;

    public int port() {
        return server.port();
    }

    /** Lets a tailnet address and port lead to a port of this machine. */
    public void route(String host, int port, int loopbackPort) {
        ports.put(key(host, port), loopbackPort);
    }

    /** Ends the next dials of this target with a failure, whatever else is known of it. */
    public void failNext(String host, int port, int times) {
        refusals.put(key(host, port), times);
    }

    /**
     * Says nothing to the next dials of this target, as tailscaled does while it looks for a path.
     *
     * @param whenHanging runs at each of them
     */
    public void hangNext(String host, int port, int times, Runnable whenHanging) {
        onHang = whenHanging;
        hangs.put(key(host, port), times);
    }

    /** Runs this at each dial, which goes on when it has ended. */
    public void whenDialled(Runnable told) {
        onDial = told;
    }

    /** Unlike tailscaled, passes the end of one direction on and keeps the other. */
    public void passEnds() {
        passesEnds = true;
    }

    /** Every target that was asked for, as {@code host:port}, oldest first. */
    public List<String> dials() {
        return List.copyOf(dials);
    }

    public void clearDials() {
        dials.clear();
    }

    /** Breaks all connections that go through here, as a daemon does that died. */
    public void breakConnections() {
        server.breakConnections();
    }

    private static String key(String host, int port) {
        if (host.indexOf(':') < 0) {
            return host + ":" + port;
        }
        try {
            return "[" + InetAddress.getByName(host).getHostAddress() + "]:" + port;
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(Socket client) throws IOException, InterruptedException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        OutputStream out = client.getOutputStream();
        in.readByte();
        in.readFully(new byte[in.readUnsignedByte()]);
        out.write(new byte[] {5, 0});
        in.readFully(new byte[3]);
        String host = host(in);
        String key = key(host, in.readUnsignedShort());
        dials.add(key);
        onDial.run();
        if (consume(hangs, key)) {
            onHang.run();
            in.transferTo(OutputStream.nullOutputStream());
            return;
        }
        Integer port = ports.get(key);
        if (port == null || consume(refusals, key)) {
            response(out, GENERAL_FAILURE);
            return;
        }
        try (Socket target = new Socket()) {
            target.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            target.setTcpNoDelay(true);
            response(out, 0);
            Thread back = LoopbackServer.daemon("socks-back", () -> copy(target, client));
            copy(client, target);
            if (passesEnds) {
                back.join();
            }
        } catch (ConnectException e) {
            response(out, GENERAL_FAILURE);
        }
    }

    /** Whether one of the faults that are planned for a target is left; it is used up then. */
    private static boolean consume(Map<String, Integer> faults, String key) {
        Integer left = faults.computeIfPresent(key, (k, before) -> before - 1);
        return left != null && left >= 0;
    }

    private static String host(DataInputStream in) throws IOException {
        int type = in.readUnsignedByte();
        byte[] bytes = new byte[type == 1 ? 4 : type == 4 ? 16 : in.readUnsignedByte()];
        in.readFully(bytes);
        return type == 3
                ? new String(bytes, StandardCharsets.US_ASCII)
                : InetAddress.getByAddress(bytes).getHostAddress();
    }

    private static void response(OutputStream out, int code) throws IOException {
        out.write(new byte[] {5, (byte) code, 0, 1, 0, 0, 0, 0, 0, 0});
    }

    /** Like tailscaled: the end of either direction is the end of both. */
    private void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            if (passesEnds) {
                to.shutdownOutput();
                return;
            }
        } catch (IOException e) {
            // The other end went away; so do we.
        }
        LoopbackServer.closeQuietly(from);
        LoopbackServer.closeQuietly(to);
    }

    @Override
    public void close() {
        server.close();
    }
}
