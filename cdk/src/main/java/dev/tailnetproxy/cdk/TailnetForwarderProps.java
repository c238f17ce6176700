package dev.tailnetproxy.cdk;

import dev.tailnetproxy.contract.ForwarderVariables;
import org.immutables.value.Value;
import software.amazon.awscdk.Duration;

/** Properties of {@link TailnetForwarder}. The credentials and {@link #getForwarder()} have no default. */
@Value.Immutable
public interface TailnetForwarderProps extends ProxyFunctionProps {

    /** What is forwarded, and where to. */
    ForwarderOptions getForwarder();

    /**
     * The longest time of one invocation, 1 second to 15 minutes, and not shorter than the forwarder's own time-out.
     *
     * <p>Default: 30 seconds, as long as an HTTP API waits
     */
    @Override
    @Value.Default
    default Duration getTimeout() {
        return Duration.seconds(30);
    }

    @Value.Check
    default void check() {
        ProxyOptions proxy = getProxyOptions();
        Validate.isTrue(
                proxy.getForwardedHeaders().orElse(ForwardedHeaders.DROP) == ForwardedHeaders.DROP,
                "proxyOptions.forwardedHeaders is PASS: a forwarder makes these fields itself, because senders may write "
                        + "anything into them; leave it out");
        Validate.isTrue(
                !proxy.getLegacyErrors().orElse(false),
                "proxyOptions.legacyErrors is for clients of the proxy: leave it out, a forwarder has responses of its own");
        long ownMillis = getForwarder()
                .getTimeout()
                .map(timeout -> timeout.toMilliseconds().longValue())
                .orElseGet(() -> Long.valueOf(ForwarderVariables.TIMEOUT_MS.defaultValue()));
        long functionMillis = getTimeout().toMilliseconds().longValue();
        Validate.isTrue(
                ownMillis <= functionMillis,
                "timeout is " + functionMillis + " ms, and forwarder.timeout is " + ownMillis
                        + " ms: Lambda would end the function before it responds; give forwarder.timeout the shorter time");
    }

    static Builder builder() {
        return new Builder();
    }

    /** Builds {@link TailnetForwarderProps}. */
    class Builder extends ImmutableTailnetForwarderProps.Builder {}
}
