package dev.tailnetproxy.localstack.functionurl;

import dev.tailnetproxy.localstack.gateway.EventParts;
import dev.tailnetproxy.localstack.gateway.GatewayRequest;
import dev.tailnetproxy.localstack.gateway.GatewayResponse;
import dev.tailnetproxy.localstack.gateway.StructuredResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Payload format version 2.0 of Lambda Function URLs: what becomes of a request on its way into an event, and of a
 * function's result on its way back ("Creating and managing Lambda function URLs" in the AWS Lambda documentation).
 */
public final class PayloadFormat {

    private static final String JSON = "application/json";

    private final String domainName;
    private final AccessKey principal;
    private final Clock clock;

    /**
     * The format for one Function URL.
     *
     * @param domainName the host that the URL has
     * @param principal whose calls reach the function
     * @param clock the time that events carry
     */
    public PayloadFormat(String domainName, AccessKey principal, Clock clock) {
        this.domainName = domainName;
        this.principal = principal;
        this.clock = clock;
    }

    /** The event that the function gets for a request. */
    public byte[] event(GatewayRequest request, String requestId) {
        // Cookies too: a Function URL gives them here and in a list of their own.
        JsonObject headers = EventParts.headers(request)
                .put("x-forwarded-for", request.sourceIp())
                .put("x-forwarded-proto", "https")
                .put("x-forwarded-port", "443")
                .put("x-amzn-trace-id", EventParts.traceId(requestId));
        JsonObject event = new JsonObject()
                .put("version", "2.0")
                .put("routeKey", "$default")
                .put("rawPath", request.path())
                .put("rawQueryString", request.query())
                .put("headers", headers)
                .put("requestContext", requestContext(request, requestId));
        List<String> cookies = EventParts.cookies(request);
        if (!cookies.isEmpty()) {
            event.put("cookies", new JsonArray(cookies));
        }
        if (!request.query().isEmpty()) {
            event.put("queryStringParameters", EventParts.queryParameters(request.query()));
        }
        EventParts.putBody(event, request);
        return event.toBuffer().getBytes();
    }

    private JsonObject requestContext(GatewayRequest request, String requestId) {
        Instant now = clock.instant();
        return new JsonObject()
                .put("accountId", "123456789012")
                .put("apiId", "local")
                .putNull("authentication")
                .put(
                        "authorizer",
                        new JsonObject()
                                .put(
                                        "iam",
                                        new JsonObject()
                                                .put("accessKey", principal.id())
                                                .put("accountId", "123456789012")
                                                .put("callerId", "AIDALOCALCALLER")
                                                .putNull("cognitoIdentity")
                                                .putNull("principalOrgId")
                                                .put("userArn", "arn:aws:iam::123456789012:user/local")
                                                .put("userId", "AIDALOCALCALLER")))
                .put("domainName", domainName)
                .put("domainPrefix", domainName.split("\\.", 2)[0])
                .put(
                        "http",
                        new JsonObject()
                                .put("method", request.method())
                                .put("path", request.path())
                                .put("protocol", "HTTP/1.1")
                                .put("sourceIp", request.sourceIp())
                                .put("userAgent", request.field("user-agent").orElse("")))
                .put("requestId", requestId)
                .put("routeKey", "$default")
                .put("stage", "$default")
                .put("time", EventParts.time(now))
                .put("timeEpoch", now.toEpochMilli());
    }

    /** The response to the client for the function's result. */
    public GatewayResponse response(String result) {
        return StructuredResult.of(result)
                .map(structured -> structured.response(JSON))
                .orElseGet(() ->
                        new GatewayResponse(200, List.of(Map.entry("content-type", JSON)), Buffer.buffer(result)));
    }
}
