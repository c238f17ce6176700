package dev.tailnetproxy.localstack.tcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.LongConsumer;

/** Bytes that both ends of a connection know without telling each other: each piece of them differs from every other. */
final class Payload {

    private static final int PIECE = 64 * 1024;

    private Payload() {}

    /**
     * Writes so many of them.
     *
     * @param written learns after each piece how many were written
     */
    static void write(OutputStream out, long length, LongConsumer written) throws IOException {
        Random bytes = new Random(length);
        byte[] piece = new byte[PIECE];
        long done = 0;
        while (done < length) {
            bytes.nextBytes(piece);
            int size = (int) Math.min(piece.length, length - done);
            out.write(piece, 0, size);
            done += size;
            written.accept(done);
        }
        out.flush();
    }

    /** The digest of so many of them. */
    static String digest(long length) throws IOException {
        MessageDigest digest = sha256();
        write(new DigestStream(digest), length, done -> {});
        return hex(digest);
    }

    /** The digest of what a stream has until its end. */
    static String digest(InputStream in) throws IOException {
        MessageDigest digest = sha256();
        byte[] piece = new byte[PIECE];
        for (int size = in.read(piece); size >= 0; size = in.read(piece)) {
            digest.update(piece, 0, size);
        }
        return hex(digest);
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has it", impossible);
        }
    }

    private static final class DigestStream extends OutputStream {
        private final MessageDigest digest;

        DigestStream(MessageDigest digest) {
            this.digest = digest;
        }

        @Override
        public void write(int single) {
            digest.update((byte) single);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            digest.update(bytes, offset, length);
        }
    }
}
