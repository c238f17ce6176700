package dev.tailnetproxy.proxy.failure;

import dev.tailnetproxy.contract.ErrorName;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request that the proxy could not serve. The message goes to the caller and to the log, so it never holds a header
 * value, a credential or a part of a body.
 */
public final class ProxyFailure extends RuntimeException {

    private final ErrorName name;

    public ProxyFailure(ErrorName name, String message) {
        this(name, message, null);
    }

    public ProxyFailure(ErrorName name, String message, @Nullable Throwable cause) {
        // No stack trace: the name and message say all there is, and a refusal must be cheap.
        super(message, cause, false, false);
        this.name = Objects.requireNonNull(name, "name");
    }

    public ErrorName name() {
        return name;
    }

    /** The message, which is never null here. */
    public String reason() {
        return Objects.requireNonNull(getMessage());
    }
}
