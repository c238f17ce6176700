package dev.tailnetproxy.proxy.lambda;

import java.io.InputStream;

/**
 * The bytes of an event for a parser. What was found to be the text of the body is left out, so that a parser need not look
 * at each byte of it once more.
 */
final class EventBytes extends InputStream {

    private final byte[] bytes;
    private int position;
    private int skipped;

    EventBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public int read() {
        return position < bytes.length ? bytes[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        if (position == bytes.length) {
            return -1;
        }
        int count = Math.min(length, bytes.length - position);
        System.arraycopy(bytes, position, into, offset, count);
        position += count;
        return count;
    }

    /** Goes on with this byte of the event, unless it was read already. */
    void skipTo(int index) {
        if (index > position) {
            skipped += index - position;
            position = index;
        }
    }

    /**
     * Where a byte stands in the event.
     *
     * @param read the number of bytes that were read before it, all of them behind what was left out
     */
    long indexOf(long read) {
        return read + skipped;
    }
}
