package dev.tailnetproxy.benchmarks.incontainer.attack;

import java.time.Duration;

/** Clients that leave while their requests with bodies wait for a target that hangs. */
record LeavingClients() implements Attack {

    private static final int CLIENTS = 2000;
    private static final int BODY_BYTES = 60_000;

    @Override
    public String name() {
        return "leaving-clients";
    }

    @Override
    public String description() {
        return "2,000 clients, 800 more a second, each with a POST of 60 KB to a target that never responds; after 3 s they "
                + "leave, half of them with a reset, and connect again";
    }

    @Override
    public int clients() {
        return CLIENTS;
    }

    @Override
    public byte[] message(AttackTarget target, int number) {
        return target.post(HostileTarget.HANG, BODY_BYTES, "content-length: " + BODY_BYTES);
    }

    /** In one moment they would measure how fast 120 MB are read by two cores, and not what is kept of them. */
    @Override
    public int maxNewClients() {
        return 400;
    }

    @Override
    public Duration pause() {
        return Duration.ofMillis(500);
    }

    @Override
    public Duration connectionLifetime() {
        return Duration.ofSeconds(3);
    }
}
