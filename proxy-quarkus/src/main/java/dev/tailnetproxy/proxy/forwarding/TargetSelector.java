package dev.tailnetproxy.proxy.forwarding;

import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Caller;
import dev.tailnetproxy.proxy.http.ProxyRequest;

/** Decides where a request goes and what of it goes there. Each mode of the proxy has one. */
public interface TargetSelector {

    /** Who sent the request, for the log. */
    default Caller caller(ProxyRequest request) {
        return request.caller();
    }

    /**
     * What counts of a request in this mode. Validation, control endpoints and the selection see nothing else.
     *
     * @throws ProxyFailure when the request can't be read in this mode
     */
    ProxyRequest interpret(ProxyRequest request);

    /**
     * Where the request goes.
     *
     * @param request interpreted and valid
     * @throws ProxyFailure when it may not be forwarded
     */
    Selection select(ProxyRequest request);
}
