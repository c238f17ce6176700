package dev.tailnetproxy.cdk;

import dev.tailnetproxy.contract.LayerVariables;
import java.util.Optional;
import org.immutables.value.Value;
import software.amazon.awscdk.Duration;

/** The peer through which the node reaches addresses outside of the tailnet. */
@Value.Immutable
public interface ExitNodeOptions {

    /** {@code TS_EXIT_NODE}: its name, its address, or {@code auto:any}. */
    String getNode();

    /**
     * {@code TS_EXIT_NODE_REQUIRED}: whether requests are refused while it is missing.
     *
     * <p>Default: true
     */
    Optional<Boolean> getRequired();

    /**
     * {@code TS_EXIT_NODE_PING_TIMEOUT}: time for one ping, up to 10 minutes.
     *
     * <p>Default: 5 seconds
     */
    Optional<Duration> getPingTimeout();

    /**
     * {@code TS_EXIT_NODE_PING_RETRIES}: pings after the first, 0 to 100.
     *
     * <p>Default: 3
     */
    Optional<Integer> getPingRetries();

    @Value.Check
    default void check() {
        Validate.text("exitNode.node", Optional.of(getNode()));
        Validate.millis("exitNode.pingTimeout", getPingTimeout(), 1, 600_000);
        Validate.range("exitNode.pingRetries", getPingRetries(), LayerVariables.EXIT_NODE_PING_RETRIES);
    }

    static Builder builder() {
        return new Builder();
    }

    /** Builds {@link ExitNodeOptions}. */
    class Builder extends ImmutableExitNodeOptions.Builder {}
}
