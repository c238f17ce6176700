package dev.tailnetproxy.localstack.httpapi;

import dev.tailnetproxy.localstack.gateway.GatewayRequest;
import dev.tailnetproxy.localstack.gateway.GatewayResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * The limits of an HTTP API ("Quotas for configuring and running an HTTP API" in the API Gateway documentation).
 *
 * @param bodyBytes the longest body of a request
 * @param headerSectionBytes the longest request line together with all header fields
 * @param authorizerTime how long the authorizer may take
 * @param integrationTime how long the function may take
 */
public record HttpApiLimits(int bodyBytes, int headerSectionBytes, Duration authorizerTime, Duration integrationTime) {

    /** Those of AWS. */
    public static final HttpApiLimits AWS =
            new HttpApiLimits(10_000_000, 10_240, Duration.ofSeconds(10), Duration.ofSeconds(30));

    /** The response to a request that is too large; empty if it is not. */
    Optional<GatewayResponse> refusal(GatewayRequest request) {
        if (headerSectionBytes(request) > headerSectionBytes) {
            return Optional.of(ApiResponses.message(431, "Request Header Fields Too Large"));
        }
        if (request.body().length() > bodyBytes) {
            return Optional.of(ApiResponses.message(413, "Request Entity Too Large"));
        }
        return Optional.empty();
    }

    private static int headerSectionBytes(GatewayRequest request) {
        int question = request.query().isEmpty() ? 0 : 1;
        String requestLine = request.method() + "  HTTP/1.1";
        int fields = request.fields().stream()
                .mapToInt(field -> field.getKey().length() + field.getValue().length())
                .sum();
        return requestLine.length()
                + request.path().length()
                + question
                + request.query().length()
                + fields;
    }
}
