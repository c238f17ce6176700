package dev.tailnetproxy.proxy.support;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A SOCKS5 server (RFC 1928, CONNECT without authentication) that stands for tailscaled's: it knows which loopback port
 * each tailnet address and port leads to, and answers every failure with code 1 as tailscaled does.
 */
public final class LoopbackSocks implements AutoCloseable {

    private static final int GENERAL_FAILURE = 1;

    private final ServerSocket server;
    private final Thread acceptor;
    private final Map<String, Integer> ports = new ConcurrentHashMap<>();
    private final List<String> dials = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> refusals = new ConcurrentHashMap<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    public LoopbackSocks() {
        try {
            server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        acceptor = daemon("socks-accept", this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Lets a tailnet address and port lead to a port of this machine. */
    public void route(String host, int port, int loopbackPort) {
        ports.put(key(host, port), loopbackPort);
    }

    /** Answers the next dials of this target with a failure, whatever else is known of it. */
    public void failNext(String host, int port, int times) {
        refusals.put(key(host, port), times);
    }

    /** Every target that was asked for, as {@code host:port}, oldest first. */
    public List<String> dials() {
        return List.copyOf(dials);
    }

    public void forgetDials() {
        dials.clear();
    }

    /** Breaks all connections that go through here, as a daemon does that died. */
    public void breakConnections() {
        open.forEach(LoopbackSocks::closeQuietly);
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

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                client.setTcpNoDelay(true);
                open.add(client);
                daemon("socks-client", () -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try {
            DataInputStream in = new DataInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            in.readByte();
            in.readFully(new byte[in.readUnsignedByte()]);
            out.write(new byte[] {5, 0});
            in.readFully(new byte[3]);
            String host = host(in);
            String key = key(host, in.readUnsignedShort());
            dials.add(key);
            Integer port = ports.get(key);
            Integer refusalsLeft = refusals.computeIfPresent(key, (k, left) -> left - 1);
            if (port == null || (refusalsLeft != null && refusalsLeft >= 0)) {
                reply(out, GENERAL_FAILURE);
                closeQuietly(client);
                return;
            }
            Socket target = new Socket();
            try {
                target.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                reply(out, GENERAL_FAILURE);
                closeQuietly(client);
                return;
            }
            target.setTcpNoDelay(true);
            open.add(target);
            reply(out, 0);
            daemon("socks-back", () -> copy(target, client));
            copy(client, target);
        } catch (IOException e) {
            closeQuietly(client);
        }
    }

    private static String host(DataInputStream in) throws IOException {
        int type = in.readUnsignedByte();
        byte[] bytes = new byte[type == 1 ? 4 : type == 4 ? 16 : in.readUnsignedByte()];
        in.readFully(bytes);
        return type == 3
                ? new String(bytes, StandardCharsets.US_ASCII)
                : InetAddress.getByAddress(bytes).getHostAddress();
    }

    private static void reply(OutputStream out, int code) throws IOException {
        out.write(new byte[] {5, (byte) code, 0, 1, 0, 0, 0, 0, 0, 0});
    }

    /** Like tailscaled: the end of either direction is the end of both. */
    private void copy(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            in.transferTo(to.getOutputStream());
        } catch (IOException e) {
            // The other end went away; so do we.
        } finally {
            closeQuietly(from);
            closeQuietly(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing is left to do with it.
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            // An accept that is under way keeps the port open for one more connection.
            acceptor.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        breakConnections();
    }
}
