package dev.tailnetproxy.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds events in payload format 2.0 as a Function URL makes them, or an HTTP API. */
public final class FunctionEventBuilder {

    private static final String ACCOUNT_IN_ARN = "^[^:]*:[^:]*:[^:]*:[^:]*:([^:]*):.*$";

    private final Map<String, Object> headers = new LinkedHashMap<>();
    private final List<Object> cookies = new ArrayList<>();
    private final Map<String, @Nullable Object> requestContext = new LinkedHashMap<>();
    private final Map<String, @Nullable Object> event = new LinkedHashMap<>();

    private FunctionEventBuilder(String method, String rawPath, String rawQuery) {
        event.put("version", "2.0");
        event.put("routeKey", "$default");
        event.put("rawPath", rawPath);
        event.put("rawQueryString", rawQuery);
        event.put("isBase64Encoded", false);
        requestContext.put("accountId", "anonymous");
        requestContext.put("apiId", "abcdefghij");
        requestContext.put("domainName", "abcdefghij.lambda-url.eu-central-1.on.aws");
        requestContext.put("domainPrefix", "abcdefghij");
        requestContext.put("requestId", "00000000-0000-0000-0000-000000000000");
        requestContext.put("routeKey", "$default");
        requestContext.put("stage", "$default");
        requestContext.put(
                "http",
                Map.of(
                        "method", method,
                        "path", rawPath,
                        "protocol", "HTTP/1.1",
                        "sourceIp", "203.0.113.7",
                        "userAgent", "test"));
        event.put("requestContext", requestContext);
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

    /** An event for a GET. */
    public static FunctionEventBuilder get(String target) {
        return request("GET", target);
    }

    /**
     * The event of one row of the conformance tables.
     *
     * @param row {@code method}, {@code path}, {@code query}, {@code headers}, {@code cookies}, {@code text} or {@code
     *     base64} for the body, and {@code target} as address and port, of which a null leaves the header out
     * @param defaultTarget the address for rows that name no target; its port is 80
     */
    public static FunctionEventBuilder ofRow(Map<String, ?> row, String defaultTarget) {
        FunctionEventBuilder event =
                new FunctionEventBuilder(text(row, "method", "GET"), text(row, "path", "/"), text(row, "query", ""));
        List<?> target = row.get("target") instanceof List<?> named ? named : List.of(defaultTarget, "80");
        event.headerUnlessNull("ts-target-ip", target.get(0));
        event.headerUnlessNull("ts-target-port", target.get(1));
        if (row.get("cookies") instanceof List<?> cookies) {
            event.cookies.addAll(cookies);
        }
        if (row.get("text") instanceof String body) {
            event.text(body);
        }
        if (row.get("base64") instanceof String body) {
            event.member("body", body).member("isBase64Encoded", true);
        }
        if (row.get("headers") instanceof Map<?, ?> headers) {
            headers.forEach((name, value) -> event.headers.put(String.valueOf(name), value));
        }
        return event;
    }

    private static String text(Map<String, ?> row, String key, String defaultValue) {
        return row.get(key) instanceof String text ? text : defaultValue;
    }

    private void headerUnlessNull(String name, @Nullable Object value) {
        if (value != null) {
            headers.put(name, value);
        }
    }

    /** Sets a header field, in place of one with the same name. */
    public FunctionEventBuilder header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** The two header fields that name the target. */
    public FunctionEventBuilder target(String host, int port) {
        return header("ts-target-ip", host).header("ts-target-port", Integer.toString(port));
    }

    /** The principal that signed the request, as a Function URL describes it. */
    public FunctionEventBuilder principal(String userArn) {
        Map<String, @Nullable Object> iam = new LinkedHashMap<>();
        iam.put("accessKey", "AKIAIOSFODNN7EXAMPLE");
        iam.put("accountId", userArn.replaceAll(ACCOUNT_IN_ARN, "$1"));
        iam.put("callerId", "AIDACKCEVSQ6C2EXAMPLE");
        iam.put("cognitoIdentity", null);
        iam.put("principalOrgId", null);
        iam.put("userArn", userArn);
        iam.put("userId", "AIDACOSFODNN7EXAMPLE2");
        return authorizer(iam);
    }

    /** The event's {@code authorizer.iam}, as it is. */
    public FunctionEventBuilder authorizer(Map<String, ? extends @Nullable Object> iam) {
        requestContext.put("authorizer", Map.of("iam", iam));
        return this;
    }

    /** Sets a member of the event's {@code requestContext}, in place of one with the same key. */
    public FunctionEventBuilder context(String key, @Nullable Object value) {
        requestContext.put(key, value);
        return this;
    }

    /** The event of an HTTP API, whose path has the name of a stage in front; {@code $default} for none. */
    public FunctionEventBuilder httpApi(String stage) {
        return context("domainName", "abcdefghij.execute-api.eu-central-1.amazonaws.com")
                .context("stage", stage)
                .header("host", "abcdefghij.execute-api.eu-central-1.amazonaws.com");
    }

    /** Adds a cookie to the event's list. */
    public FunctionEventBuilder cookie(String cookie) {
        cookies.add(cookie);
        return this;
    }

    /** A body that Lambda gives as text. */
    public FunctionEventBuilder text(String body) {
        return member("body", body)
                .header("content-length", Integer.toString(body.getBytes(StandardCharsets.UTF_8).length));
    }

    /** A body that Lambda gives in base64. */
    public FunctionEventBuilder bytes(byte[] body) {
        return member("body", Base64.getEncoder().encodeToString(body))
                .member("isBase64Encoded", true)
                .header("content-length", Integer.toString(body.length));
    }

    /**
     * Any other member of the event, as it is; it replaces the one that the builder would write.
     *
     * @param value what {@link Json#write} accepts
     */
    public FunctionEventBuilder member(String key, @Nullable Object value) {
        event.put(key, value);
        return this;
    }

    /** The event as Lambda hands it over, but for its encoding. */
    public String json() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(event);
        all.putIfAbsent("headers", headers);
        if (!cookies.isEmpty()) {
            all.putIfAbsent("cookies", cookies);
        }
        return Json.write(all);
    }

    /** The event as Lambda hands it over, in UTF-8. */
    public byte[] utf8() {
        return json().getBytes(StandardCharsets.UTF_8);
    }
}
