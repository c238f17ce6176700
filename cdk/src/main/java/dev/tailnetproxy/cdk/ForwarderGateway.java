package dev.tailnetproxy.cdk;

/** What stands between the senders on the internet and a forwarder. */
public enum ForwarderGateway {
    /** An HTTP API, such as that of {@link WebhookForwarder}. */
    HTTP_API,
    /** A Function URL without authentication, which everybody may call. */
    FUNCTION_URL
}
