package dev.tailnetproxy.proxy.upstream;

/** Whether a dial that failed is worth repeating. */
enum DialRetry {

    /** Neither this endpoint nor another one of the target would give anything else. */
    NEVER,

    /** Another endpoint may accept; this one only while paths to peers are being found. */
    WHILE_SETTLING,

    /** There was no reply at all, so that this endpoint may accept at the next dial. */
    ALWAYS;

    /** Whether to dial the target's next endpoint. */
    boolean retriesNextEndpoint() {
        return this != NEVER;
    }

    /**
     * Whether to dial this endpoint again.
     *
     * @param settling whether paths to peers are being found
     */
    boolean retriesSameEndpoint(boolean settling) {
        return this == ALWAYS || (this == WHILE_SETTLING && settling);
    }
}
