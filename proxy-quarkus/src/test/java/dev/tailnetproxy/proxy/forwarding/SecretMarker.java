package dev.tailnetproxy.proxy.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.RawTarget;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Puts a secret that is easy to find wherever a request or a response may hold one. */
final class SecretMarker {

    static final String SECRET = "s3cr3t-marker";

    /** A case about sizes leaves no room; there the secret takes the place of as many letters. */
    private static final int SMALL = 8000;

    private static final Pattern FILLING = Pattern.compile("([a-z])\\1{" + (SECRET.length() - 1) + "}");

    /** Also in the forms that it takes on its way. */
    private static final List<String> FORMS = List.of(
            SECRET, Base64.getEncoder().withoutPadding().encodeToString(SECRET.getBytes(StandardCharsets.US_ASCII)));

    private static final List<String> FIELDS = List.of(
            "authorization",
            "ts-authorization",
            "x-amz-security-token",
            "ts-x-amz-security-token",
            "cookie",
            "proxy-authorization",
            "x-api-key",
            "ts-unknown");

    private SecretMarker() {}

    static void assertNone(String logged) {
        FORMS.forEach(form -> assertThat(logged.contains(form)).as(logged).isFalse());
    }

    /** The event with secrets in its headers, cookies, path, query and body, where the case leaves room for them. */
    static JsonObject in(JsonObject event) {
        String text = event.encode();
        return text.length() > SMALL ? new JsonObject(FILLING.matcher(text).replaceFirst(SECRET)) : added(event);
    }

    private static JsonObject added(JsonObject event) {
        JsonObject headers = event.getJsonObject("headers");
        boolean hasCookies =
                event.containsKey("cookies") || headers.fieldNames().stream().anyMatch("cookie"::equalsIgnoreCase);
        FIELDS.stream()
                .filter(name -> !headers.containsKey(name))
                .forEach(name -> headers.put(name, "Bearer " + SECRET));
        headers.put("ts-metric-service", headers.getString("ts-metric-service", "orders"));
        headers.put("ts-metric-dimension-name", headers.getString("ts-metric-dimension-name", "site"));
        headers.put("ts-metric-dimension-value", headers.getString("ts-metric-dimension-value", "factory-7"));
        if (!hasCookies) {
            event.put("cookies", new JsonArray().add("session=" + SECRET));
        }
        event.getJsonObject("requestContext")
                .put(
                        "authorizer",
                        new JsonObject()
                                .put(
                                        "iam",
                                        new JsonObject()
                                                .put("accessKey", SECRET)
                                                .put("accountId", "123456789012")
                                                .put("callerId", SECRET)
                                                .put("userArn", "arn:aws:iam::123456789012:user/caller")
                                                .put("userId", SECRET)));
        String path = event.getString("rawPath");
        event.put("rawPath", path.endsWith("/") ? path + SECRET : path + "/" + SECRET);
        String query = event.getString("rawQueryString", "");
        event.put(
                "rawQueryString",
                (query.isEmpty() ? "" : query + "&") + "token=" + SECRET + "&X-Amz-Security-Token=" + SECRET
                        + "&x%2Damz%2Dsignature=" + SECRET);
        if (!event.containsKey("body") && !headers.containsKey("content-length")) {
            event.put("body", SECRET);
        }
        return event;
    }

    /** The response with a cookie and a field more behind its first line, if it has one. */
    static RawTarget.Response in(RawTarget.Response response) {
        return (request, out) -> response.write(request, new MarkingStream(out));
    }

    private static final class MarkingStream extends FilterOutputStream {

        private boolean marked;

        MarkingStream(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n");
            if (!marked && end >= 0) {
                text = text.substring(0, end) + "\r\nset-cookie: session=" + SECRET + "\r\nx-problem: " + SECRET
                        + text.substring(end);
            }
            marked = true;
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }
    }
}
