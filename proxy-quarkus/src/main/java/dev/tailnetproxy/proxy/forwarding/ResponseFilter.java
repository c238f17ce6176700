package dev.tailnetproxy.proxy.forwarding;

import dev.tailnetproxy.proxy.http.ProxyResponse;

/** What of a target's response goes to the client. */
@FunctionalInterface
public interface ResponseFilter {

    /**
     * The response for the client.
     *
     * @param response without the fields that are never passed on; a body that the client does not get is given up here
     */
    ProxyResponse forClient(ProxyResponse response);

    /** Every response goes to the client as it is. */
    static ResponseFilter passAll() {
        return response -> response;
    }
}
