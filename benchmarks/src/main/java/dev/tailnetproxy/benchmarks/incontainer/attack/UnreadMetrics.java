package dev.tailnetproxy.benchmarks.incontainer.attack;

import java.time.Duration;

/** Requests for the metrics whose responses no client reads. */
record UnreadMetrics() implements Scrapes {

    private static final int CONNECTIONS = 300;
    private static final int REQUESTS = 300;

    @Override
    public String name() {
        return "unread-metrics";
    }

    @Override
    public String description() {
        return "300 pipelined `GET /q/metrics` a second on each of 300 connections of the management port; nothing is "
                + "read";
    }

    @Override
    public int clients() {
        return CONNECTIONS;
    }

    @Override
    public int requests() {
        return REQUESTS;
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(1);
    }

    @Override
    public int maxReadBytes() {
        return 0;
    }
}
