package dev.tailnetproxy.benchmarks.incontainer.attack;

import java.time.Duration;

/** Clients that write the end of a request byte by byte. */
record SlowWriters() implements Attack {

    private static final int CLIENTS = 400;

    /** The body that the proxy reads before it sends the request is a little larger. */
    private static final int FIRST_BYTES = 59_000;

    /** Enough for an attack of ten minutes. */
    private static final int SLOW_BYTES = 1200;

    /** How a request begins that is never finished. */
    private enum Kind {
        DECLARED,
        SMALL,
        CHUNKED,
        HEADER_SECTION
    }

    @Override
    public String name() {
        return "slow-writers";
    }

    @Override
    public String description() {
        return "400 clients: POSTs of 50 MB, of 61 KB and in chunks, with 59 KB at once and then a byte every "
                + "500 ms, and header sections sent in the same way";
    }

    @Override
    public int clients() {
        return CLIENTS;
    }

    @Override
    public byte[] message(AttackTarget target, int number) {
        return switch (Kind.values()[number % Kind.values().length]) {
            case DECLARED -> target.post(HostileTarget.SWALLOW, FIRST_BYTES + SLOW_BYTES, "content-length: 50000000");
            case SMALL -> target.post(HostileTarget.SWALLOW, FIRST_BYTES + SLOW_BYTES, "content-length: 61000");
            case CHUNKED -> chunked(target);
            case HEADER_SECTION -> headerSection(target);
        };
    }

    private static byte[] chunked(AttackTarget target) {
        String chunk = Integer.toHexString(FIRST_BYTES) + "\r\n" + "x".repeat(FIRST_BYTES) + "\r\n";
        String slowly = "1\r\ny\r\n".repeat(SLOW_BYTES / 6);
        return AttackTarget.bytes(
                target.headerSection("POST", "HTTP/1.1", HostileTarget.SWALLOW, "transfer-encoding: chunked") + "\r\n"
                        + chunk + slowly);
    }

    private static byte[] headerSection(AttackTarget target) {
        return AttackTarget.bytes(target.headerSection("GET", "HTTP/1.1", "/") + "x-slow: " + "x".repeat(SLOW_BYTES));
    }

    @Override
    public Duration pause() {
        return Duration.ofMillis(500);
    }

    @Override
    public int maxWriteBytes(long written) {
        return written < FIRST_BYTES ? FIRST_BYTES : 1;
    }
}
