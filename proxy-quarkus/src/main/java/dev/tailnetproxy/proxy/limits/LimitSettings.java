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
    private static final long BYTES_FOR_A_REQUEST = 192 * 1024;

    /** With TLS; without it is a fraction. */
    private static final long BYTES_FOR_A_CONNECTION = 128 * 1024;

    /** A buffer grows by copies, and what is in it is encoded, so that a byte counts several times. */
    private static final long PART_FOR_BODIES = 6;

    /** The largest response that is taken into memory fits alone. */
    private static final long LEAST_BUFFERED_BYTES = 8L * 1024 * 1024;

    public LimitSettings {
        if (requests < 1 || bufferedBytes < 1 || targetConnections < 1 || waiting < 1) {
            throw new IllegalArgumentException("a limit is not positive");
        }
    }

    /** What fits a process that may use so many bytes of heap, which follow from the memory of its container. */
    public static LimitSettings fitting(long heapBytes) {
        int requests = between(128, heapBytes / BYTES_FOR_A_REQUEST, 20_000);
        return new LimitSettings(
                requests,
                Math.max(LEAST_BUFFERED_BYTES, heapBytes / PART_FOR_BODIES),
                between(512, heapBytes / BYTES_FOR_A_CONNECTION, 10_000),
                waitingBeside(requests));
    }

    /** How many of so many requests may wait for a connection. */
    public static int waitingBeside(int requests) {
        return Math.max(1, requests / 2);
    }

    private static int between(int least, long wanted, int most) {
        return (int) Math.max(least, Math.min(wanted, most));
    }
}
