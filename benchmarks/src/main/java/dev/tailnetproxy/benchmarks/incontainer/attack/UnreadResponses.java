package dev.tailnetproxy.benchmarks.incontainer.attack;

import java.time.Duration;

/** Large responses of a target that no client reads. */
record UnreadResponses() implements Attack {

    private static final int CONNECTIONS = 200;

    @Override
    public String name() {
        return "unread-responses";
    }

    @Override
    public String description() {
        return "a GET of 4 MB every 2 s on each of 200 connections, 20 more a second; nothing is read";
    }

    @Override
    public int clients() {
        return CONNECTIONS;
    }

    @Override
    public byte[] message(AttackTarget target, int number) {
        return target.get("HTTP/1.1", HostileTarget.LARGE + "4000000");
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(2);
    }

    /** Writing also tells a client that reads nothing that its connection has ended. */
    @Override
    public boolean repeats() {
        return true;
    }

    /** No more at a time than the tailnet carries: it is the proxy that is attacked. */
    @Override
    public int maxNewClients() {
        return 40;
    }

    @Override
    public int maxReadBytes() {
        return 0;
    }
}
