package dev.tailnetproxy.benchmarks.inside.attack;

import java.time.Duration;

/** Clients that read large responses a little at a time. */
record SlowReaders() implements Attack {

    private static final int CLIENTS = 300;
    private static final int BYTES = 1000;

    @Override
    public String name() {
        return "slow-readers";
    }

    @Override
    public String sends() {
        return "300 clients, each with a GET of 50 MB, of which it reads 1 KB every 500 ms";
    }

    @Override
    public int clients() {
        return CLIENTS;
    }

    @Override
    public byte[] message(HelpingTarget target, int number) {
        return target.get("HTTP/1.1", HostileTarget.LARGE + "50000000");
    }

    @Override
    public Duration pause() {
        return Duration.ofMillis(500);
    }

    @Override
    public int reads() {
        return BYTES;
    }
}
