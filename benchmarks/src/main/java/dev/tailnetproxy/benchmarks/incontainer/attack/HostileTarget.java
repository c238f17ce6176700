package dev.tailnetproxy.benchmarks.incontainer.attack;

import dev.tailnetproxy.benchmarks.incontainer.LoopbackPort;
import dev.tailnetproxy.testkit.HttpMessageReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The target that helps the attacks. The beginning of the path says what it does: {@code /large/N} responds with N bytes,
 * {@code /announce/N} announces N and sends one, {@code /late/N} responds after N milliseconds, {@code /hang} and {@code /swallow} read everything
 * and never respond. {@code /N} responds with N bytes, like {@link dev.tailnetproxy.benchmarks.incontainer.LoadTarget}.
 */
public final class HostileTarget {

    static final String LARGE = "/large/";
    static final String ANNOUNCE = "/announce/";
    static final String LATE = "/late/";
    static final String HANG = "/hang";
    static final String SWALLOW = "/swallow";

    private static final int BLOCK_BYTES = 65_536;
    private static final int BACKLOG = 4096;

    private HostileTarget() {}

    /**
     * Serves until the process ends.
     *
     * @param arguments port
     * @throws IOException when the port can't be bound
     */
    public static void main(String[] arguments) throws IOException {
        LoopbackPort.serve(Integer.parseInt(arguments[0]), BACKLOG, "the hostile target listens", HostileTarget::serve);
    }

    private static void serve(InputStream in, OutputStream out) throws IOException, InterruptedException {
        HttpMessageReader reader = new HttpMessageReader(in);
        for (var request = reader.readHeaderSection(); request.isPresent(); request = reader.readHeaderSection()) {
            respond(request.get().requestTarget(), in, out);
        }
    }

    private static void respond(String path, InputStream in, OutputStream out)
            throws IOException, InterruptedException {
        if (path.startsWith(HANG) || path.startsWith(SWALLOW)) {
            in.transferTo(OutputStream.nullOutputStream());
        } else if (path.startsWith(ANNOUNCE)) {
            out.write(headerSection(number(path, ANNOUNCE)));
            out.write('x');
            in.transferTo(OutputStream.nullOutputStream());
        } else if (path.startsWith(LARGE)) {
            send(number(path, LARGE), out);
        } else if (path.startsWith(LATE)) {
            Thread.sleep(number(path, LATE));
            send(2, out);
        } else {
            send(number(path, "/"), out);
        }
    }

    private static long number(String path, String prefix) {
        return Long.parseLong(path.substring(prefix.length()));
    }

    private static byte[] headerSection(long length) {
        return AttackTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: " + length + "\r\n\r\n");
    }

    private static void send(long length, OutputStream out) throws IOException {
        out.write(headerSection(length));
        byte[] block = new byte[BLOCK_BYTES];
        for (long left = length; left > 0; left -= BLOCK_BYTES) {
            out.write(block, 0, (int) Math.min(left, BLOCK_BYTES));
        }
    }
}
