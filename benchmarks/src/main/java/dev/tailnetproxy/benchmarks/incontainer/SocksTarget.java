package dev.tailnetproxy.benchmarks.incontainer;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A SOCKS5 server (RFC 1928, no authentication, IPv4 addresses) that is the target of every connection itself: what a
 * tailnet takes is not measured then.
 */
public final class SocksTarget {

    private static final int ADDRESS_AND_PORT = 6;

    private SocksTarget() {}

    /**
     * Serves until the process ends.
     *
     * @param arguments the port
     * @throws IOException when the port can't be bound
     */
    public static void main(String[] arguments) throws IOException {
        LoadTarget target = new LoadTarget(0, false);
        LoopbackPort.serve(Integer.parseInt(arguments[0]), 100, "the target listens", (in, out) -> {
            handshake(in, out);
            target.serve(in, out);
        });
    }

    private static void handshake(InputStream buffered, OutputStream out) throws IOException {
        DataInputStream in = new DataInputStream(buffered);
        in.readByte();
        in.skipNBytes(in.readUnsignedByte());
        out.write(new byte[] {5, 0});
        in.skipNBytes(4 + ADDRESS_AND_PORT);
        out.write(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
    }
}
