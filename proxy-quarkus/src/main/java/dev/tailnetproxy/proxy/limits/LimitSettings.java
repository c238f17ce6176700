package dev.tailnetproxy.proxy.limits;

/**
 * How much the proxy takes on at most.
 *
 * @param requests requests under way
 * @param bufferedBytes bytes of bodies that are wholly in memory
 * @param targetConnections connections to all targets
 * @param waiting requests that wait for a connection
 */
public record LimitSettings(int requests, long bufferedBytes, int targetConnections, int waiting) {

    /** A body that nobody reads yet is read ahead up to 128 KiB; the rest is for the request's objects. */
    private static final long HEAP_BYTES_PER_REQUEST = 192 * 1024;

    /** With TLS; without it is a fraction. */
    private static final long HEAP_BYTES_PER_CONNECTION = 128 * 1024;

    /** A buffer grows by copies, and what is in it is encoded, so that a byte counts several times. */
    private static final long BODY_HEAP_DIVISOR = 6;

    /** The largest response that is taken into memory fits alone. */
    private static final long MIN_BUFFERED_BYTES = 8L * 1024 * 1024;

    public LimitSettings {
        if (requests < 1 || bufferedBytes < 1 || targetConnections < 1 || waiting < 1) {
            throw new IllegalArgumentException("a limit is not positive");
        }
    }

    /** What fits a process that may use so many bytes of heap, which follow from the memory of its container. */
    public static LimitSettings forHeap(long heapBytes) {
        int requests = clamp(128, heapBytes / HEAP_BYTES_PER_REQUEST, 20_000);
        return new LimitSettings(
                requests,
                Math.max(MIN_BUFFERED_BYTES, heapBytes / BODY_HEAP_DIVISOR),
                clamp(512, heapBytes / HEAP_BYTES_PER_CONNECTION, 10_000),
                defaultWaiting(requests));
    }

    /** How many of so many requests may wait for a connection. */
    public static int defaultWaiting(int requests) {
        return Math.max(1, requests / 2);
    }

    private static int clamp(int min, long value, int max) {
        return (int) Math.max(min, Math.min(value, max));
    }
}
