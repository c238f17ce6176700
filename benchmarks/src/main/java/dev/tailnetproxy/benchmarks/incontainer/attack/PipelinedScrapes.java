package dev.tailnetproxy.benchmarks.incontainer.attack;

import java.time.Duration;

/** Requests for the metrics, thousands of them at once on each connection; their responses are read. */
record PipelinedScrapes() implements Scrapes {

    private static final int CONNECTIONS = 3;
    private static final int REQUESTS = 4000;

    @Override
    public String name() {
        return "pipelined-metrics";
    }

    @Override
    public String description() {
        return "12,000 pipelined `GET /q/metrics` on 3 connections of the management port, repeatedly; everything "
                + "is read";
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
        return Duration.ofMillis(2);
    }
}
