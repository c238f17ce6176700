package dev.tailnetproxy.localstack.target;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The server's side of a WebSocket connection (RFC 6455) that sends every message back. */
final class WebSocketEcho {

    private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int OPCODE = 0x0F;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int MASKED = 0x80;
    private static final int LENGTH = 0x7F;
    private static final int LENGTH_IN_16_BITS = 126;
    private static final int LENGTH_IN_64_BITS = 127;
    private static final int MASK_BYTES = 4;
    private static final int MAX_FRAME_BYTES = 1 << 20;

    private final DataInputStream in;
    private final OutputStream out;

    private WebSocketEcho(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = out;
    }

    /** Serves a connection to its end, behind the request that asks for it. */
    static void serve(ReceivedRequest request, InputStream in, OutputStream out) throws IOException {
        if (!request.field("upgrade").filter("websocket"::equalsIgnoreCase).isPresent()) {
            TargetResponse.text(426, "no WebSocket client\n").writeTo(out, request.isHead());
            return;
        }
        String key = request.field("sec-websocket-key").orElseThrow(() -> new IOException("a WebSocket without key"));
        out.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: " + accept(key) + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        WebSocketEcho connection = new WebSocketEcho(in, out);
        int opcode;
        do {
            opcode = connection.echoFrame();
            out.flush();
        } while (opcode != CLOSE);
    }

    private static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + KEY_SUFFIX).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }

    /** Sends a frame back, a ping as a pong; returns its opcode. */
    private int echoFrame() throws IOException {
        int start = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        if ((second & MASKED) == 0) {
            throw new IOException("a frame of a client without mask");
        }
        int length = readLength(second & LENGTH);
        byte[] mask = in.readNBytes(MASK_BYTES);
        byte[] payload = new byte[length];
        in.readFully(payload);
        for (int i = 0; i < length; i++) {
            payload[i] ^= mask[i % MASK_BYTES];
        }
        int opcode = start & OPCODE;
        writeFrame(opcode == PING ? start - PING + PONG : start, payload);
        return opcode;
    }

    private int readLength(int length) throws IOException {
        long whole =
                switch (length) {
                    case LENGTH_IN_16_BITS -> in.readUnsignedShort();
                    case LENGTH_IN_64_BITS -> in.readLong();
                    default -> length;
                };
        if (whole < 0 || whole > MAX_FRAME_BYTES) {
            throw new IOException("a frame of " + whole + " bytes");
        }
        return (int) whole;
    }

    private void writeFrame(int start, byte[] payload) throws IOException {
        out.write(start);
        if (payload.length < LENGTH_IN_16_BITS) {
            out.write(payload.length);
        } else if (payload.length <= 0xFFFF) {
            out.write(LENGTH_IN_16_BITS);
            out.write(payload.length >> 8);
            out.write(payload.length);
        } else {
            out.write(LENGTH_IN_64_BITS);
            for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
                out.write((int) ((long) payload.length >> shift));
            }
        }
        out.write(payload);
    }
}
