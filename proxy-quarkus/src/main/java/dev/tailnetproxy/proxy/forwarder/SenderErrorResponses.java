package dev.tailnetproxy.proxy.forwarder;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.forwarding.FailureResponses;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The responses for failures that senders on the internet get: a status and its usual phrase (RFC 9457). The error's name and
 * its cause, which tell of the tailnet and of the settings, are in the log only.
 *
 * @param methods those that a sender may use
 */
public record SenderErrorResponses(AllowedMethods methods) implements FailureResponses {

    private static final int BAD_GATEWAY = 502;
    private static final String RETRY_AFTER_SECONDS = "1";

    @Override
    public ProxyResponse of(ProxyFailure failure) {
        int status = status(failure.name());
        byte[] problem = new JsonObject()
                .put("type", "about:blank")
                .put("title", HttpResponseStatus.valueOf(status).reasonPhrase())
                .put("status", status)
                .encode()
                .getBytes(StandardCharsets.UTF_8);
        List<HeaderField> headers = new ArrayList<>();
        headers.add(new HeaderField("content-type", "application/problem+json"));
        headers.add(new HeaderField("content-length", Integer.toString(problem.length)));
        headers.add(new HeaderField("cache-control", "no-store"));
        switch (failure.name()) {
            case METHOD_NOT_ALLOWED -> headers.add(new HeaderField("allow", methods.allowField()));
            // RFC 9110 section 15.5.2 wants a challenge; no scheme is registered for signatures of webhooks.
            case UNAUTHORIZED -> headers.add(new HeaderField("www-authenticate", "Signature"));
            case TAILNET_UNAVAILABLE, QUEUE_UNAVAILABLE, VERIFICATION_UNAVAILABLE, OVERLOADED ->
                headers.add(new HeaderField("retry-after", RETRY_AFTER_SECONDS));
            default -> {}
        }
        return new ProxyResponse(status, Headers.of(headers), Body.of(problem));
    }

    /** The target is the operator's choice: if the policy refuses it, the sender did nothing wrong. */
    private static int status(ErrorName name) {
        return name == ErrorName.TARGET_NOT_ALLOWED ? BAD_GATEWAY : name.status();
    }
}
