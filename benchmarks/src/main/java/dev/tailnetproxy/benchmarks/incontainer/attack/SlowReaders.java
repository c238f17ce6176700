package dev.tailnetproxy.benchmarks.incontainer.attack;

import java.time.Duration;

/** Clients that read large responses a little at a time. */
record SlowReaders() implements Attack {

    private static final int CLIENTS = 200;
    private static final int BYTES = 1000;

    @Override
    public String name() {
        return "slow-readers";
    }

    @Override
    public String description() {
        return "200 clients, 20 more a second, each with a GET of 4 MB, of which it reads 1 KB every 500 ms";
    }

    @Override
    public int clients() {
        return CLIENTS;
    }

    @Override
    public byte[] message(AttackTarget target, int number) {
        return target.get("HTTP/1.1", HostileTarget.LARGE + "4000000");
    }

    @Override
    public Duration pause() {
        return Duration.ofMillis(500);
    }

    /** No more at a time than the tailnet carries: it is the proxy that is attacked. */
    @Override
    public int maxNewClients() {
        return 10;
    }

    @Override
    public int maxReadBytes() {
        return BYTES;
    }
}
