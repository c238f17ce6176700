package dev.tailnetproxy.benchmarks.inside.attack;

import java.time.Duration;

/** Requests to one target with a thousand values of {@code ts-host}, so that none is the name of a kept connection. */
record ManyHosts() implements Attack {

    private static final int CLIENTS = 1000;
    private static final int HOSTS = 1000;

    @Override
    public String name() {
        return "many-hosts";
    }

    @Override
    public String sends() {
        return "1,000 clients, each with a GET to one target that takes 3 s, with 1,000 values of `ts-host` in turn; one that "
                + "has its response comes again";
    }

    @Override
    public int clients() {
        return CLIENTS;
    }

    @Override
    public byte[] message(HelpingTarget target, int number) {
        return target.get("HTTP/1.1", HostileTarget.LATE + "3000", "ts-host: host-" + number % HOSTS + ".example");
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(1);
    }

    @Override
    public long enough() {
        return 1;
    }
}
