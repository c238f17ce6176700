package dev.tailnetproxy.client.cli;

/** Exit statuses of the process. */
enum ExitStatus {
    /** The target responded, whatever its status. */
    TARGET_RESPONDED(0),
    /** The command line is wrong. */
    USAGE(1),
    /** The proxy responded in place of the target. */
    PROXY_ERROR(2),
    /** Lambda responded in place of the proxy: no permission, throttled, the function failed. */
    FUNCTION_URL_ERROR(3),
    /** No response: no connection, no credentials, a time-out, a body that is too large. */
    NO_RESPONSE(4);

    private final int code;

    ExitStatus(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
