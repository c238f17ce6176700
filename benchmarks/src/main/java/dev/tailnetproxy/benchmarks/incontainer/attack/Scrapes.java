package dev.tailnetproxy.benchmarks.incontainer.attack;

/** An attack with requests for the metrics, many of them at once on each connection, again and again. */
interface Scrapes extends Attack {

    String REQUEST = "GET /q/metrics HTTP/1.1\r\nhost: proxy\r\n\r\n";

    /** How many a client writes in one message. */
    int requests();

    @Override
    default Port port() {
        return Port.MANAGEMENT;
    }

    @Override
    default byte[] message(AttackTarget target, int number) {
        return AttackTarget.bytes(REQUEST.repeat(requests()));
    }

    /** Writing also tells a client that reads nothing that its connection has ended. */
    @Override
    default boolean repeats() {
        return true;
    }
}
