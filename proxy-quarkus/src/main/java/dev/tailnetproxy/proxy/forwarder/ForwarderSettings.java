package dev.tailnetproxy.proxy.forwarder;

import java.time.Duration;
import java.util.Optional;

/**
 * How forwarder mode works.
 *
 * @param target where every request goes
 * @param gateway through what requests come
 * @param rules what is forwarded
 * @param timeout from the request's arrival at the gateway to the response
 * @param response what senders get of the target's response
 * @param checksSignatures whether the sender of every request is verified
 */
public record ForwarderSettings(
        FixedTarget target,
        Gateway gateway,
        RequestRules rules,
        Duration timeout,
        ResponseDetail response,
        boolean checksSignatures) {

    public ForwarderSettings {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("the timeout is not positive");
        }
        if (gateway == Gateway.FUNCTION_URL
                && !checksSignatures
                && !rules.sources().isLimited()) {
            throw new IllegalArgumentException("everybody may send through the Function URL");
        }
    }

    /** What an operator should know at start, in a sentence. */
    public Optional<String> warning() {
        return checksSignatures || rules.sources().isLimited()
                ? Optional.empty()
                : Optional.of(
                        "TS_FORWARDER_TARGET is set without a signature check and without"
                                + " TS_FORWARDER_ALLOWED_SOURCES: every sender that the HTTP API lets through reaches the target.");
    }
}
