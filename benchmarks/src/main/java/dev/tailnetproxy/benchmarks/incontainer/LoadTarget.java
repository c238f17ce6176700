package dev.tailnetproxy.benchmarks.incontainer;

import dev.tailnetproxy.testkit.HttpMessageReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A target with a limit of its own: it takes the same time for every response. {@code /N} responses N bytes; what is sent to
 * it is read and counted in {@code x-received}.
 */
public final class LoadTarget {

    private static final byte[] PIECE = new byte[64 * 1024];

    private final int millis;
    private final boolean closes;

    LoadTarget(int millis, boolean closes) {
        this.millis = millis;
        this.closes = closes;
    }

    /**
     * Serves until the process ends.
     *
     * @param arguments port; the milliseconds that it takes for each response; {@code close} to end the connection after it
     * @throws IOException when the port can't be bound
     */
    public static void main(String[] arguments) throws IOException {
        LoadTarget target =
                new LoadTarget(Integer.parseInt(arguments[1]), arguments.length > 2 && arguments[2].equals("close"));
        LoopbackPort.serve(Integer.parseInt(arguments[0]), 1000, "the load target listens", target::serve);
    }

    /** Serves one connection until its end. */
    void serve(InputStream in, OutputStream out) throws IOException, InterruptedException {
        HttpMessageReader reader = new HttpMessageReader(in);
        for (var request = reader.readHeaderSection(); request.isPresent(); request = reader.readHeaderSection()) {
            int length = Integer.parseInt(request.get().requestTarget().substring(1));
            int received = request.get().contentLength().orElse(0);
            in.skipNBytes(received);
            Thread.sleep(millis);
            byte[] headerSection = ("HTTP/1.1 200 OK\r\ncontent-length: " + length + "\r\nx-received: " + received
                            + (closes ? "\r\nconnection: close" : "") + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            byte[] first = Arrays.copyOf(headerSection, headerSection.length + Math.min(length, PIECE.length));
            out.write(first);
            for (int left = length - PIECE.length; left > 0; left -= PIECE.length) {
                out.write(PIECE, 0, Math.min(left, PIECE.length));
            }
            if (closes) {
                return;
            }
        }
    }
}
