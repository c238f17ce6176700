package dev.tailnetproxy.integration;

import dev.tailnetproxy.contract.PercentEncoding;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A row of the conformance tables as a request that a sender makes through an HTTP API. Rules, not names, tell which rows
 * say something of forwarder mode.
 *
 * @param json the row
 */
record ForwarderRow(JsonObject json) {

    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern WIRE_VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]*");
    private static final Pattern WIRE_TARGET = Pattern.compile("/[\\x21-\\x7e]*");
    private static final Pattern WIRE_QUERY = Pattern.compile("[\\x21-\\x7e]*");
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]*={0,2}");
    private static final Pattern CONTROL = Pattern.compile("ts[^A-Za-z0-9].*", Pattern.CASE_INSENSITIVE);
    /** These name the sender; forwarder mode makes them anew. */
    private static final Pattern ORIGIN =
            Pattern.compile("x-forwarded-.*|forwarded|x-real-ip", Pattern.CASE_INSENSITIVE);
    /** The signature of a call to the proxy, which no sender makes: theirs are the target's. */
    private static final Pattern CALL_SIGNATURE = Pattern.compile(
            "authorization|x-amz-date|x-amz-security-token|x-amz-content-sha256", Pattern.CASE_INSENSITIVE);
    /** A client library and the gateway make these; a row gives them to the function as they should never be. */
    private static final Pattern FRAMING =
            Pattern.compile("content-length|transfer-encoding", Pattern.CASE_INSENSITIVE);
    /** What a target may read as a field of the framing goes no further in forwarder mode. */
    private static final Pattern FRAMING_LOOK_ALIKE =
            Pattern.compile("content[^A-Za-z0-9-]length|transfer[^A-Za-z0-9-]encoding", Pattern.CASE_INSENSITIVE);
    /** In a decoded path they may have been escapes. */
    private static final Pattern AMBIGUOUS = Pattern.compile("[%?#\\\\;\\ufffd\\p{Cntrl}]");

    /** What is expected in this mode. {@code Host} is that of the fixed target, which no row knows. */
    JsonObject expect() {
        JsonObject expect = json.getJsonObject("expect").copy();
        JsonObject received = expect.getJsonObject("targetReceives", new JsonObject());
        received.remove("host");
        List.copyOf(received.fieldNames()).stream()
                .filter(name -> FRAMING_LOOK_ALIKE.matcher(name).matches())
                .forEach(received::remove);
        return expect;
    }

    String method() {
        return json.getString("method", "GET");
    }

    private String path() {
        return json.getString("path", "/");
    }

    private String query() {
        return json.getString("query", "");
    }

    String requestTarget() {
        return query().isEmpty() ? path() : path() + "?" + query();
    }

    private JsonObject headers() {
        return json.getJsonObject("headers", new JsonObject());
    }

    private List<String> cookies() {
        return json.getJsonArray("cookies", new JsonArray()).stream()
                .map(Objects::toString)
                .toList();
    }

    byte[] body() {
        return json.containsKey("base64")
                ? Base64.getDecoder().decode(json.getString("base64"))
                : json.getString("text", "").getBytes(StandardCharsets.UTF_8);
    }

    /** The header fields as lines. */
    List<String> fieldLines() {
        List<String> lines = new ArrayList<>();
        headers().forEach(field -> lines.add(field.getKey() + ": " + field.getValue()));
        if (!cookies().isEmpty()) {
            lines.add("cookie: " + String.join("; ", cookies()));
        }
        return lines;
    }

    /** Whether the row says something of forwarder mode, and a client can send it. */
    boolean applies() {
        return !choosesTarget() && !concernsCallSignature() && !concernsOrigin() && canBeSent();
    }

    private boolean choosesTarget() {
        return json.containsKey("target") || hasField(CONTROL);
    }

    private boolean concernsCallSignature() {
        return hasField(CALL_SIGNATURE)
                || json.getString("query", "").toLowerCase(Locale.ROOT).contains("amz");
    }

    private boolean concernsOrigin() {
        return hasField(ORIGIN);
    }

    private boolean hasField(Pattern name) {
        return headers().fieldNames().stream()
                .anyMatch(field -> name.matcher(field).matches());
    }

    private boolean canBeSent() {
        boolean fields = headers().stream()
                .allMatch(field -> TOKEN.matcher(field.getKey()).matches()
                        && WIRE_VALUE.matcher(String.valueOf(field.getValue())).matches());
        return TOKEN.matcher(method()).matches()
                && WIRE_TARGET.matcher(path()).matches()
                && WIRE_QUERY.matcher(query()).matches()
                && fields
                && !hasField(FRAMING)
                && cookiesCanBeSent()
                && hasReadableBody();
    }

    /** The list and the field may differ in an event only. */
    private boolean cookiesCanBeSent() {
        boolean inField = headers().fieldNames().stream().anyMatch("cookie"::equalsIgnoreCase);
        boolean inList = json.containsKey("cookies");
        return !(inField && inList)
                && cookies().stream()
                        .allMatch(cookie ->
                                !cookie.isEmpty() && WIRE_VALUE.matcher(cookie).matches());
    }

    private boolean hasReadableBody() {
        return BASE64.matcher(json.getString("base64", "")).matches();
    }

    /** The status if forwarder mode itself refuses the request; empty if it goes on to the target. */
    Optional<Integer> refusal() {
        if (method().equals("CONNECT") || method().equals("TRACE")) {
            return Optional.of(method().equals("TRACE") ? 405 : 400);
        }
        return arrivingPath().isEmpty() ? Optional.of(400) : Optional.empty();
    }

    /** The request line that the target sees. */
    String arrivingLine() {
        String path = arrivingPath().orElseThrow();
        return method() + " " + (query().isEmpty() ? path : path + "?" + query()) + " HTTP/1.1";
    }

    /** The path after the gateway has decoded it once and the forwarder has encoded it; empty when that is ambiguous. */
    private Optional<String> arrivingPath() {
        String decoded =
                new String(PercentEncoding.decode(path().getBytes(StandardCharsets.US_ASCII)), StandardCharsets.UTF_8);
        List<String> segments = List.of(decoded.substring(1).split("/", -1));
        boolean hasEmptySegment = segments.subList(0, segments.size() - 1).contains("");
        if (AMBIGUOUS.matcher(decoded).find() || hasEmptySegment || segments.contains(".") || segments.contains("..")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new URI(null, null, decoded, null).toASCIIString());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a path with a slash in front is a URI", e);
        }
    }

    @Override
    public String toString() {
        return json.getString("name");
    }
}
