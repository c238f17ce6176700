package dev.tailnetproxy.client;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lambda responded in place of the proxy: it refused the call, throttled it, or the proxy's function failed. */
public final class FunctionUrlException extends TailscaleProxyException {

    private static final int FORBIDDEN = 403;
    private static final int TOO_LARGE = 413;
    private static final int THROTTLED = 429;

    private final String errorType;
    private final int status;
    private final @Nullable Duration retryAfter;

    /**
     * An error of Lambda.
     *
     * @param errorType the value of {@code x-amzn-errortype}
     * @param awsMessage the message in the response's body
     * @param status the HTTP status
     * @param retryAfter the value of {@code Retry-After}
     */
    public FunctionUrlException(String errorType, String awsMessage, int status, Optional<Duration> retryAfter) {
        super("the Function URL responded " + status + " " + errorType
                + (awsMessage.isBlank() ? "" : " (" + awsMessage.strip() + ")") + ": " + advice(status, errorType));
        this.errorType = errorType;
        this.status = status;
        this.retryAfter = retryAfter.orElse(null);
    }

    /** AWS's name of the error, for example {@code AccessDeniedException}. */
    public String errorType() {
        return errorType;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** How long Lambda asks to wait before another try. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** Whether Lambda had no capacity for the call, and so did not run it. */
    public boolean isThrottled() {
        return status == THROTTLED;
    }

    private static String advice(int status, String errorType) {
        if (status == FORBIDDEN) {
            return errorType.startsWith("AccessDenied") || errorType.startsWith("Forbidden")
                    ? "give the caller lambda:InvokeFunctionUrl and lambda:InvokeFunction on the proxy's function"
                    : "check the caller's credentials, its clock and the region that the call is signed for";
        }
        return switch (status) {
            case TOO_LARGE -> "a request may have 6 MB, its headers included and a binary body in base64";
            case THROTTLED -> "the proxy's function has no free concurrency; raise its limit or send less at once";
            default -> "the proxy's function failed or ran out of time; its log says why";
        };
    }
}
