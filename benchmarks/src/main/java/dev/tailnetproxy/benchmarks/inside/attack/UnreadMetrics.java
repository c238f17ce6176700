package dev.tailnetproxy.benchmarks.inside.attack;

import java.time.Duration;

/** Requests for the metrics whose responses nobody reads. */
record UnreadMetrics() implements Attack {

    private static final int CONNECTIONS = 300;
    private static final int REQUESTS = 300;
    private static final String REQUEST = "GET /q/metrics HTTP/1.1\r\nhost: proxy\r\n\r\n";

    @Override
    public String name() {
        return "unread-metrics";
    }

    @Override
    public String sends() {
        return "300 pipelined `GET /q/metrics` a second on each of 300 connections of the management port; nothing is "
                + "read";
    }

    @Override
    public Port port() {
        return Port.MANAGEMENT;
    }

    @Override
    public int clients() {
        return CONNECTIONS;
    }

    @Override
    public byte[] message(HelpingTarget target, int number) {
        return HelpingTarget.bytes(REQUEST.repeat(REQUESTS));
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(1);
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
