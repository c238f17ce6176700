package dev.tailnetproxy.proxy.support;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Builds events in payload format 2.0 as a Function URL makes them. */
public final class FunctionEventBuilder {

    private final JsonObject headers = new JsonObject();
    private final JsonArray cookies = new JsonArray();
    private final JsonObject event;

    private FunctionEventBuilder(String method, String rawPath, String rawQuery) {
        JsonObject http = new JsonObject()
                .put("method", method)
                .put("path", rawPath)
                .put("protocol", "HTTP/1.1")
                .put("sourceIp", "203.0.113.7")
                .put("userAgent", "test");
        event = new JsonObject()
                .put("version", "2.0")
                .put("routeKey", "$default")
                .put("rawPath", rawPath)
                .put("rawQueryString", rawQuery)
                .put("isBase64Encoded", false)
                .put(
                        "requestContext",
                        new JsonObject()
                                .put("accountId", "anonymous")
                                .put("apiId", "abcdefghij")
                                .put("requestId", "00000000-0000-0000-0000-000000000000")
                                .put("routeKey", "$default")
                                .put("stage", "$default")
                                .put("http", http));
        header("host", "abcdefghij.lambda-url.eu-central-1.on.aws");
        header("x-forwarded-for", "203.0.113.7");
        header("x-forwarded-port", "443");
        header("x-forwarded-proto", "https");
        header("x-amzn-trace-id", "Root=1-00000000-000000000000000000000000");
    }

    /** An event for a method and a path, which may have a query string behind it. */
    public static FunctionEventBuilder request(String method, String target) {
        int question = target.indexOf('?');
        return question < 0
                ? new FunctionEventBuilder(method, target, "")
                : new FunctionEventBuilder(method, target.substring(0, question), target.substring(question + 1));
    }

    /** An event for a method, a path and a query string, each as it stands in the event. */
    public static FunctionEventBuilder of(String method, String rawPath, String rawQuery) {
        return new FunctionEventBuilder(method, rawPath, rawQuery);
    }

    public static FunctionEventBuilder get(String target) {
        return request("GET", target);
    }

    public FunctionEventBuilder header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** The two headers that name the target. */
    public FunctionEventBuilder target(String host, int port) {
        return header("ts-target-ip", host).header("ts-target-port", Integer.toString(port));
    }

    /** Who signed the request, as a Function URL says it. */
    public FunctionEventBuilder principal(String userArn) {
        return authorizer(new JsonObject()
                .put("accessKey", "AKIAIOSFODNN7EXAMPLE")
                .put("accountId", userArn.replaceAll("^[^:]*:[^:]*:[^:]*:[^:]*:([^:]*):.*$", "$1"))
                .put("callerId", "AIDACKCEVSQ6C2EXAMPLE")
                .putNull("cognitoIdentity")
                .putNull("principalOrgId")
                .put("userArn", userArn)
                .put("userId", "AIDACOSFODNN7EXAMPLE2"));
    }

    /** What the event says of who signed the request, as it is. */
    public FunctionEventBuilder authorizer(JsonObject iam) {
        event.getJsonObject("requestContext").put("authorizer", new JsonObject().put("iam", iam));
        return this;
    }

    public FunctionEventBuilder cookie(String cookie) {
        cookies.add(cookie);
        return this;
    }

    /** A body that Lambda gives as text. */
    public FunctionEventBuilder text(String body) {
        event.put("body", body);
        return header("content-length", Integer.toString(body.getBytes(StandardCharsets.UTF_8).length));
    }

    /** A body that Lambda gives in base64. */
    public FunctionEventBuilder bytes(byte[] body) {
        event.put("body", Base64.getEncoder().encodeToString(body)).put("isBase64Encoded", true);
        return header("content-length", Integer.toString(body.length));
    }

    /** Any other member of the event, as it is. */
    public FunctionEventBuilder raw(String key, Object value) {
        event.put(key, value);
        return this;
    }

    public String json() {
        JsonObject copy = event.copy().put("headers", headers);
        if (!cookies.isEmpty()) {
            copy.put("cookies", cookies);
        }
        return copy.encode();
    }
}
