package dev.tailnetproxy.proxy.delivery;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.contract.HeaderNames;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import java.util.Optional;
import java.util.Set;

/**
 * How one attempt to deliver a message has ended.
 *
 * @param end what it means for the message
 * @param status the target's status; empty if it has not responded
 * @param error the name of the proxy's error; empty if the target has responded
 * @param reason a sentence for the log; empty if status or error say it
 */
record Attempt(End end, Optional<Integer> status, Optional<String> error, Optional<String> reason) {

    /** What an attempt means for the message. */
    enum End {
        /** The target has it. */
        DELIVERED,
        /** The next attempt may succeed. */
        FAILED,
        /** Each attempt would end like this one. */
        REFUSED,
        /** There is nothing to attempt. */
        MALFORMED,
        /** There was no attempt. */
        POSTPONED
    }

    /** Statuses of clients' errors that pass (RFC 9110 section 15.5.9, RFC 8470, RFC 6585). */
    private static final Set<Integer> PASSING = Set.of(408, 425, 429);

    private static final int SUCCESS = 200;
    private static final int REDIRECTION = 300;
    private static final int SERVER_ERROR = 500;

    /** What the target, or in its place the proxy, has responded. */
    static Attempt of(ProxyResponse response) {
        // No target's response has this field: the proxy removes it.
        Optional<String> error = response.headers().first(HeaderNames.ERROR_NAME);
        return error.isPresent()
                ? new Attempt(ofError(error.get()), Optional.empty(), error, Optional.empty())
                : new Attempt(
                        ofStatus(response.status()),
                        Optional.of(response.status()),
                        Optional.empty(),
                        Optional.empty());
    }

    /** A redirection is a refusal: no sender follows one, and its target is not what the operator has set. */
    private static End ofStatus(int status) {
        if (status >= SUCCESS && status < REDIRECTION) {
            return End.DELIVERED;
        }
        return status >= REDIRECTION && status < SERVER_ERROR && !PASSING.contains(status) ? End.REFUSED : End.FAILED;
    }

    /** Only what is wrong with the request itself stays wrong; the rest is for the target's or the operator's side. */
    private static End ofError(String name) {
        return name.equals(ErrorName.INVALID_HEADER.wireName()) || name.equals(ErrorName.INVALID_TARGET.wireName())
                ? End.MALFORMED
                : End.FAILED;
    }

    static Attempt malformed(String reason) {
        return new Attempt(End.MALFORMED, Optional.empty(), Optional.empty(), Optional.of(reason));
    }

    static Attempt failed(String reason) {
        return new Attempt(End.FAILED, Optional.empty(), Optional.empty(), Optional.of(reason));
    }

    static Attempt postponed(String reason) {
        return new Attempt(End.POSTPONED, Optional.empty(), Optional.empty(), Optional.of(reason));
    }
}
