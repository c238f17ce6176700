package dev.tailnetproxy.contract;

import java.util.Set;

/** The header fields of the contract, in lower case. */
public final class HeaderNames {

    /** How every field begins that the proxy reads or sends by itself. No target gets or sends one. */
    public static final String PREFIX = "ts-";

    /** The target's address or name. */
    public static final String TARGET_IP = "ts-target-ip";

    /** The target's port. */
    public static final String TARGET_PORT = "ts-target-port";

    /** {@code true} or {@code false}: whether the proxy speaks TLS to the target. */
    public static final String HTTPS = "ts-https";

    /** The name or address that the target's certificate is checked for. */
    public static final String TLS_SERVER_NAME = "ts-tls-server-name";

    /** The {@code Host} field for the target. */
    public static final String HOST = "ts-host";

    /** The longest time for the request, in milliseconds. */
    public static final String TIMEOUT_MS = "ts-timeout-ms";

    /** The service that a request is counted under. */
    public static final String METRIC_SERVICE = "ts-metric-service";

    /** The name of the dimension that a request is counted under. */
    public static final String METRIC_DIMENSION_NAME = "ts-metric-dimension-name";

    /** The value of that dimension. */
    public static final String METRIC_DIMENSION_VALUE = "ts-metric-dimension-value";

    /** Asks for the state of the proxy and its node. */
    public static final String HEALTH = "ts-health";

    /** Asks the proxy to join, and for no more. */
    public static final String WARMER = "ts-warmer";

    /** How long a warm-up request occupies its execution environment, in milliseconds. */
    public static final String WARMER_HOLD_MS = "ts-warmer-hold-ms";

    /** An error's {@linkplain ErrorName#wireName() name}. */
    public static final String ERROR_NAME = "ts-error-name";

    /** An error's cause, as a sentence. */
    public static final String ERROR_MESSAGE = "ts-error-message";

    /** The same sentence, for clients that ask for {@code LEGACY_ERRORS}. */
    public static final String LEGACY_ERROR = "ts-error";

    /** How the fields begin that AWS adds to a request or a response. */
    public static final String AWS_PREFIX = "x-amzn-";

    /** The type of an error of Lambda. */
    public static final String AWS_ERROR_TYPE = "x-amzn-errortype";

    /**
     * The fields of a target that would get in the way of the signature of the request to the proxy. They travel with
     * {@link #PREFIX} in front of their names.
     */
    public static final Set<String> SENT_WITH_PREFIX =
            Set.of("authorization", "host", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token");

    private HeaderNames() {}
}
