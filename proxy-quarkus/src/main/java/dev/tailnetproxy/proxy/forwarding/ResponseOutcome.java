package dev.tailnetproxy.proxy.forwarding;

import dev.tailnetproxy.proxy.failure.Outcome;
import dev.tailnetproxy.proxy.http.ProxyResponse;

/**
 * A response whose body may still be on its way.
 *
 * @param response for the client
 * @param outcome how the request ends unless the body breaks off or the client leaves
 */
record ResponseOutcome(ProxyResponse response, Outcome outcome) {

    static ResponseOutcome forwarded(ProxyResponse response) {
        return new ResponseOutcome(response, Outcome.Forwarded.INSTANCE);
    }

    ResponseOutcome withResponse(ProxyResponse other) {
        return new ResponseOutcome(other, outcome);
    }
}
