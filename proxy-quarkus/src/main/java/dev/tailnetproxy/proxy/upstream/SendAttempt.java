package dev.tailnetproxy.proxy.upstream;

/**
 * How far the sending has got.
 *
 * @param endpoint index of the endpoint to use
 * @param failedDials how many dials have failed
 * @param reuse which connections that are there already will do
 */
record SendAttempt(int endpoint, int failedDials, ConnectionReuse reuse) {

    SendAttempt {
        if (endpoint < 0 || failedDials < 0) {
            throw new IllegalArgumentException("a count is negative");
        }
    }

    static SendAttempt first(ConnectionReuse reuse) {
        return new SendAttempt(0, 0, reuse);
    }

    /** Nothing was waited for since it was found that the endpoint may be dialled. */
    boolean isFirst() {
        return endpoint == 0 && failedDials == 0 && reuse != ConnectionReuse.NONE;
    }

    /** The same endpoint once more. */
    SendAttempt again() {
        return new SendAttempt(endpoint, failedDials + 1, reuse);
    }

    SendAttempt nextEndpoint() {
        return new SendAttempt(endpoint + 1, failedDials, reuse);
    }

    SendAttempt restarted() {
        return new SendAttempt(0, failedDials + 1, reuse);
    }

    SendAttempt onNewConnection() {
        return new SendAttempt(endpoint, failedDials, ConnectionReuse.NONE);
    }
}
