package dev.tailnetproxy.benchmarks.incontainer.attack;

import dev.tailnetproxy.contract.HeaderNames;
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
    public String description() {
        return "1,000 clients, each with a GET to one target, with 1,000 values of `ts-host` in turn; for half of them the "
                + "target takes 3 s, for the others, over TLS, it never ends the handshake; a client connects again after its response";
    }

    @Override
    public int clients() {
        return CLIENTS;
    }

    @Override
    public byte[] message(AttackTarget target, int number) {
        String host = HeaderNames.HOST + ": host-" + number % HOSTS + ".example";
        // Over TLS a connection is for one name alone, because the name is that of its handshake.
        return number % 2 == 0
                ? target.get("HTTP/1.1", HostileTarget.LATE + "3000", host)
                : target.get("HTTP/1.1", "/", host, HeaderNames.HTTPS + ": true");
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(1);
    }

    @Override
    public long bytesBeforeReconnect() {
        return 1;
    }
}
