package dev.tailnetproxy.benchmarks.incontainer.attack;

import java.time.Duration;

/** HTTP/1.0 clients, whose responses the proxy holds until they are whole, and a target that announces much. */
record Http10Clients() implements Attack {

    private static final int CLIENTS = 100;

    @Override
    public String name() {
        return "http-1.0";
    }

    @Override
    public String description() {
        return "100 HTTP/1.0 requests at a time to a target that announces 8,000,000 bytes and sends one";
    }

    @Override
    public int clients() {
        return CLIENTS;
    }

    @Override
    public byte[] message(AttackTarget target, int number) {
        return target.get("HTTP/1.0", HostileTarget.ANNOUNCE + "8000000");
    }

    @Override
    public Duration pause() {
        return Duration.ofMillis(500);
    }
}
