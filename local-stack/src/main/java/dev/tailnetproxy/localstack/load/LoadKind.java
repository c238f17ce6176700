package dev.tailnetproxy.localstack.load;

import java.util.Locale;

/** The kinds of requests of the load generator, whose {@code load.py} says when each is repeated. */
public enum LoadKind {
    /** GET through the gateway's HTTP port, repeated once after a failure. */
    GET,
    /** POST through the gateway's HTTP port, never repeated. */
    POST,
    /** A query of a database through a TCP forward, by a client that connects again after a failure. */
    QUERY;

    static LoadKind of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
