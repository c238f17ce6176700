package dev.tailnetproxy.benchmarks.inside.attack;

import java.time.Duration;

/** Large responses of a target that nobody reads. */
record UnreadResponses() implements Attack {

    private static final int CONNECTIONS = 300;

    @Override
    public String name() {
        return "unread-responses";
    }

    @Override
    public String sends() {
        return "a GET of 50 MB every 5 s on each of 300 connections; nothing is read";
    }

    @Override
    public int clients() {
        return CONNECTIONS;
    }

    @Override
    public byte[] message(HelpingTarget target, int number) {
        return target.get("HTTP/1.1", HostileTarget.LARGE + "50000000");
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(5);
    }

    /** Writing also tells a client that reads nothing that its connection has ended. */
    @Override
    public boolean again() {
        return true;
    }

    @Override
    public int reads() {
        return 0;
    }
}
