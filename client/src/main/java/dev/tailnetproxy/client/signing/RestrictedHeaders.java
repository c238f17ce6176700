package dev.tailnetproxy.client.signing;

import java.util.Locale;
import java.util.Map;

/** The header fields that are of one connection, here that to the Function URL, and so for no request to set. */
final class RestrictedHeaders {

    private static final Map<String, String> REASONS = Map.of(
            "connection", "it is about the connection to the Function URL, which the HTTP client looks after itself",
            "content-length", "the HTTP client counts the body itself",
            "expect", "the whole body is read before anything is sent, so there is nothing to wait for",
            "transfer-encoding", "the body is sent with its length, because its hash is signed",
            "upgrade", "a Function URL speaks HTTP alone, so that WebSocket and the like end there");

    private RestrictedHeaders() {}

    /** Refuses a field that would say something else about the call than its client does. */
    static void refuse(String name) {
        String reason = REASONS.get(name.toLowerCase(Locale.ROOT));
        if (reason != null) {
            throw new IllegalArgumentException("the header " + name + " can't be given: " + reason);
        }
    }

    /** Refuses the one that names the Function URL itself, where the JDK's client does not take it. */
    static void refuseHost(String name) {
        if (name.equalsIgnoreCase("host")) {
            throw new IllegalArgumentException("the header " + name
                    + " is the Function URL's own; the target gets the value of ts-host as its Host");
        }
    }
}
