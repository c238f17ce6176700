package dev.tailnetproxy.cdk;

import org.immutables.value.Value;
import software.amazon.awscdk.services.lambda.InvokeMode;

/** Properties of {@link TailscaleProxy}. Only {@link #getCredentials()} has no default. */
@Value.Immutable
public interface TailscaleProxyProps extends ProxyFunctionProps {

    /**
     * The Function URL's invoke mode. Only {@link InvokeMode#BUFFERED} is supported so far.
     *
     * <p>Default: BUFFERED
     */
    @Value.Default
    default InvokeMode getInvokeMode() {
        return InvokeMode.BUFFERED;
    }

    @Value.Check
    default void check() {
        Validate.isTrue(
                getInvokeMode() == InvokeMode.BUFFERED,
                "invokeMode is " + getInvokeMode()
                        + ": the proxy does not stream responses yet; leave invokeMode out, and keep responses below 6 MB");
    }

    static Builder builder() {
        return new Builder();
    }

    /** Builds {@link TailscaleProxyProps}. */
    class Builder extends ImmutableTailscaleProxyProps.Builder {}
}
