package dev.tailnetproxy.benchmarks.incontainer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A target with a limit of its own: it takes the same time for every response. {@code /N} responses N bytes; what is sent to
 * it is read and counted in {@code x-received}.
 */
public final class LoadTarget {

    private final int millis;

    private LoadTarget(int millis) {
        this.millis = millis;
    }

    /**
     * Serves until the process ends.
     *
     * @param arguments port, and the milliseconds that it takes for each response
     * @throws IOException when the port can't be bound
     */
    public static void main(String[] arguments) throws IOException {
        LoadTarget target = new LoadTarget(Integer.parseInt(arguments[1]));
        LoopbackPort.serve(Integer.parseInt(arguments[0]), 1000, "the load target listens", target::serve);
    }

    private void serve(InputStream in, OutputStream out) throws IOException, InterruptedException {
        for (String line = LoopbackPort.line(in); !line.isEmpty(); line = LoopbackPort.line(in)) {
            int length = Integer.parseInt(line.split(" ", -1)[1].substring(1));
            long received = skipRest(in);
            Thread.sleep(millis);
            byte[] headerSection = ("HTTP/1.1 200 OK\r\ncontent-length: " + length + "\r\nx-received: " + received
                            + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            byte[] response = new byte[headerSection.length + length];
            System.arraycopy(headerSection, 0, response, 0, headerSection.length);
            out.write(response);
        }
    }

    private static long skipRest(InputStream in) throws IOException {
        long length = 0;
        for (String line = LoopbackPort.line(in); !line.isEmpty(); line = LoopbackPort.line(in)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Long.parseLong(
                        line.substring("content-length:".length()).strip());
            }
        }
        in.skipNBytes(length);
        return length;
    }
}
