package dev.tailnetproxy.localstack.httpapi;

import dev.tailnetproxy.localstack.gateway.EventParts;
import dev.tailnetproxy.localstack.gateway.GatewayRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The events of an HTTP API in payload format 2.0: for the function ("Create AWS Lambda proxy integrations for HTTP APIs" in
 * the API Gateway documentation) and for the authorizer ("Control access to HTTP APIs with AWS Lambda authorizers").
 */
final class ApiEvents {

    /** The name of the API's default endpoint. */
    static final String DOMAIN = "local.execute-api.us-east-1.amazonaws.com";

    private static final String ACCOUNT = "123456789012";
    private static final String API_ID = "local";

    /** What the function gets; {@code authorizerContext} is empty where the authorizer gave none. */
    byte[] integration(ApiRequest request, JsonObject authorizerContext) {
        JsonObject event = common(request);
        if (!authorizerContext.isEmpty()) {
            event.getJsonObject("requestContext")
                    .put("authorizer", new JsonObject().put("lambda", authorizerContext.copy()));
        }
        EventParts.putBody(event, request.http());
        return event.toBuffer().getBytes();
    }

    /** What the authorizer gets: all but the body. */
    byte[] authorizer(ApiRequest request, List<String> identity) {
        JsonObject event = common(request)
                .put("type", "REQUEST")
                .put(
                        "routeArn",
                        "arn:aws:execute-api:us-east-1:" + ACCOUNT + ":" + API_ID + "/" + request.stage() + "/"
                                + ApiRequest.ROUTE_KEY);
        if (identity.isEmpty()) {
            event.putNull("identitySource");
        } else {
            event.put("identitySource", new JsonArray(identity));
        }
        return event.toBuffer().getBytes();
    }

    private static JsonObject common(ApiRequest request) {
        GatewayRequest http = request.http();
        JsonObject event = new JsonObject()
                .put("version", "2.0")
                .put("routeKey", ApiRequest.ROUTE_KEY)
                .put("rawPath", request.rawPath())
                .put("rawQueryString", http.query())
                .put("headers", headers(request))
                .put("requestContext", requestContext(request));
        List<String> cookies = EventParts.cookies(http);
        if (!cookies.isEmpty()) {
            event.put("cookies", new JsonArray(cookies));
        }
        if (!http.query().isEmpty()) {
            event.put("queryStringParameters", EventParts.queryParameters(http.query()));
        }
        return event;
    }

    /** What the client says of addresses stays, and the peer's stands behind it. Cookies are in a list of their own. */
    private static JsonObject headers(ApiRequest request) {
        JsonObject headers = EventParts.headers(request.http());
        headers.remove("cookie");
        String source = request.http().sourceIp();
        String forwardedFor = headers.getString("x-forwarded-for");
        return headers.put("x-forwarded-for", forwardedFor == null ? source : forwardedFor + ", " + source)
                .put("x-forwarded-proto", "https")
                .put("x-forwarded-port", "443")
                .put("x-amzn-trace-id", EventParts.traceId(request.id()));
    }

    private static JsonObject requestContext(ApiRequest request) {
        GatewayRequest http = request.http();
        return new JsonObject()
                .put("accountId", ACCOUNT)
                .put("apiId", API_ID)
                .put("domainName", DOMAIN)
                .put("domainPrefix", API_ID)
                .put(
                        "http",
                        new JsonObject()
                                .put("method", http.method())
                                .put("path", request.rawPath())
                                .put("protocol", "HTTP/1.1")
                                .put("sourceIp", http.sourceIp())
                                .put("userAgent", http.field("user-agent").orElse("")))
                .put("requestId", request.id())
                .put("routeKey", ApiRequest.ROUTE_KEY)
                .put("stage", request.stage())
                .put("time", EventParts.time(request.receivedAt()))
                .put("timeEpoch", request.receivedAt().toEpochMilli());
    }
}
