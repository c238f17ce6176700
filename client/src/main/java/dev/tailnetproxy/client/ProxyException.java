package dev.tailnetproxy.client;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The proxy responded in place of the target. */
public final class ProxyException extends TailscaleProxyException {

    private final String errorName;
    private final int status;
    private final @Nullable Duration retryAfter;

    /**
     * An error of the proxy.
     *
     * @param errorName the value of {@code ts-error-name}
     * @param message the value of {@code ts-error-message}
     * @param status the HTTP status
     * @param retryAfter how long the proxy asks to wait ({@code Retry-After})
     */
    public ProxyException(String errorName, String message, int status, Optional<Duration> retryAfter) {
        super(errorName + ": " + message);
        this.errorName = errorName;
        this.status = status;
        this.retryAfter = retryAfter.orElse(null);
    }

    /** Which error it is, for a {@code switch}. */
    public ProxyError error() {
        return ProxyError.of(errorName);
    }

    /** The name as the proxy sent it. */
    public String errorName() {
        return errorName;
    }

    /** The HTTP status; 500 for every error but 400 of a proxy with {@code LEGACY_ERRORS=true}. */
    public int status() {
        return status;
    }

    /** How long the proxy asks to wait before another try. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** Whether sending the request again later can help, and can't make the target act on it twice. */
    public boolean isRetryable() {
        return error().isRetryable();
    }
}
