package dev.tailnetproxy.cdk;

import dev.tailnetproxy.contract.ForwarderVariables;
import java.util.List;
import java.util.Optional;
import org.immutables.value.Value;
import software.amazon.awscdk.Duration;

/** What a forwarder forwards, where to, and what senders see of it. Only {@link #getTarget()} has no default. */
@Value.Immutable
public interface ForwarderOptions {

    /**
     * {@code TS_FORWARDER_TARGET}: scheme, host, port and base path of every request, such as {@code https://name:8443/base}.
     * The host is a peer of the tailnet, or one of {@link ProxyOptions#getAllowedTargets()}.
     */
    String getTarget();

    /**
     * {@code TS_FORWARDER_GATEWAY}: through what requests come; those that come through another one are refused.
     *
     * <p>Default: {@link ForwarderGateway#HTTP_API}
     */
    @Value.Default
    default ForwarderGateway getGateway() {
        return ForwarderGateway.HTTP_API;
    }

    /**
     * {@code TS_FORWARDER_ALLOWED_SOURCES}: IPv4 and IPv6 prefixes, or addresses, of senders. The authorizer of a {@link
     * WebhookForwarder} has a list of its own.
     *
     * <p>Default: all
     */
    List<String> getAllowedSources();

    /**
     * {@code TS_FORWARDER_ALLOWED_METHODS}: methods in upper case, or {@code *} alone for all but CONNECT and TRACE.
     *
     * <p>Default: POST
     */
    List<String> getAllowedMethods();

    /**
     * {@code TS_FORWARDER_ALLOWED_PATHS}: paths before the base path is added; {@code /a/*} for all that begin with {@code
     * /a/}.
     *
     * <p>Default: all
     */
    List<String> getAllowedPaths();

    /**
     * {@code TS_FORWARDER_ALLOWED_CONTENT_TYPES}: media types of bodies, without parameters; {@code type/*} for all of a type.
     *
     * <p>Default: all, and bodies without one
     */
    List<String> getAllowedContentTypes();

    /**
     * {@code TS_FORWARDER_MAX_BODY_BYTES}: the longest body.
     *
     * <p>Default: 6291456, Lambda's limit for an event
     */
    Optional<Integer> getMaxBodyBytes();

    /**
     * {@code TS_FORWARDER_TIMEOUT_MS}: from the request's arrival at the gateway to the response, at most 29 seconds behind an
     * HTTP API.
     *
     * <p>Default: 28 seconds
     */
    Optional<Duration> getTimeout();

    /**
     * {@code TS_FORWARDER_RESPONSE}: what senders get of the target's response.
     *
     * <p>Default: {@link ResponseDetail#STATUS}
     */
    Optional<ResponseDetail> getResponse();

    /**
     * How senders are verified. A Function URL needs this, or allowed sources.
     *
     * <p>Default: they are not
     */
    Optional<SenderVerification> getVerification();

    @Value.Check
    default void check() {
        ForwarderValidate.target("target", getTarget());
        Validate.sources("allowedSources", getAllowedSources());
        ForwarderValidate.methods("allowedMethods", getAllowedMethods());
        ForwarderValidate.paths("allowedPaths", getAllowedPaths());
        ForwarderValidate.contentTypes("allowedContentTypes", getAllowedContentTypes());
        Validate.range("maxBodyBytes", getMaxBodyBytes(), ForwarderVariables.MAX_BODY_BYTES);
        Validate.millis(
                "timeout",
                getTimeout(),
                ForwarderVariables.TIMEOUT_MS.min(),
                getGateway() == ForwarderGateway.HTTP_API
                        ? ForwarderVariables.MAX_HTTP_API_TIMEOUT_MS
                        : ForwarderVariables.TIMEOUT_MS.max());
        Validate.isTrue(
                getGateway() != ForwarderGateway.FUNCTION_URL
                        || getVerification().isPresent()
                        || !getAllowedSources().isEmpty(),
                "gateway is FUNCTION_URL, which everybody may call: give verification or allowedSources");
    }

    static Builder builder() {
        return new Builder();
    }

    /** Builds {@link ForwarderOptions}. */
    class Builder extends ImmutableForwarderOptions.Builder {}
}
