package dev.tailnetproxy.benchmarks.incontainer.attack;

import java.time.Duration;

/** Clients that wait for a target that never responds; one that gets a response of the proxy's asks again. */
record WaitingClients() implements Attack {

    private static final int CLIENTS = 1000;

    @Override
    public String name() {
        return "hanging-target";
    }

    @Override
    public String description() {
        return "1,000 clients, each with a GET to a target that accepts and never responds; a refused client "
                + "connects again after 2 s";
    }

    @Override
    public int clients() {
        return CLIENTS;
    }

    @Override
    public byte[] message(AttackTarget target, int number) {
        return target.get("HTTP/1.1", HostileTarget.HANG);
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(2);
    }

    @Override
    public long bytesBeforeReconnect() {
        return 1;
    }
}
