package dev.tailnetproxy.localstack.functionurl;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Payload format version 2.0 of Lambda Function URLs: what becomes of a request on its way into an event, and of a
 * function's result on its way back ("Creating and managing Lambda function URLs" in the AWS Lambda documentation).
 */
public final class PayloadFormat {

    private static final Pattern TEXT =
            Pattern.compile("text/.*|application/(json|xml|javascript)", Pattern.CASE_INSENSITIVE);
    private static final DateTimeFormatter REQUEST_TIME = DateTimeFormatter.ofPattern(
                    "dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

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
    public byte[] event(FunctionUrlRequest request, String requestId) {
        JsonObject headers = new JsonObject();
        // Cookies too: a Function URL gives them here and in a list of their own.
        for (String name : request.fieldNames()) {
            headers.put(name, request.field(name).orElseThrow());
        }
        headers.put("x-forwarded-for", request.sourceIp())
                .put("x-forwarded-proto", "https")
                .put("x-forwarded-port", "443")
                .put("x-amzn-trace-id", "Root=1-" + requestId.substring(0, 8) + "-" + requestId.substring(9, 21));
        JsonObject event = new JsonObject()
                .put("version", "2.0")
                .put("routeKey", "$default")
                .put("rawPath", request.path())
                .put("rawQueryString", request.query())
                .put("headers", headers)
                .put("requestContext", requestContext(request, requestId));
        List<String> cookies = cookies(request);
        if (!cookies.isEmpty()) {
            event.put("cookies", new JsonArray(cookies));
        }
        if (!request.query().isEmpty()) {
            event.put("queryStringParameters", queryParameters(request.query()));
        }
        putBody(event, request);
        return event.toBuffer().getBytes();
    }

    private JsonObject requestContext(FunctionUrlRequest request, String requestId) {
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
                .put("time", REQUEST_TIME.format(now))
                .put("timeEpoch", now.toEpochMilli());
    }

    private static List<String> cookies(FunctionUrlRequest request) {
        return request.fields().stream()
                .filter(field -> field.getKey().equalsIgnoreCase("cookie"))
                .flatMap(field -> List.of(field.getValue().split("; *", -1)).stream())
                .toList();
    }

    private static JsonObject queryParameters(String query) {
        JsonObject parameters = new JsonObject();
        for (String parameter : query.split("&", -1)) {
            String[] pair = parameter.split("=", 2);
            String name = decode(pair[0]);
            String value = pair.length == 2 ? decode(pair[1]) : "";
            parameters.put(name, parameters.containsKey(name) ? parameters.getString(name) + "," + value : value);
        }
        return parameters;
    }

    private static String decode(String escaped) {
        try {
            return URLDecoder.decode(escaped, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformedEscape) {
            return escaped;
        }
    }

    /**
     * Which types AWS takes for text is documented nowhere; these were seen by others. What is not UTF-8 would be lost as
     * text, so that it goes in base64 here, whatever its type.
     */
    private static void putBody(JsonObject event, FunctionUrlRequest request) {
        Buffer body = request.body();
        String mediaType =
                request.field("content-type").orElse("").split(";", 2)[0].strip();
        Optional<String> text = TEXT.matcher(mediaType).matches()
                        && request.field("content-encoding").isEmpty()
                ? utf8(body)
                : Optional.empty();
        event.put("isBase64Encoded", body.length() > 0 && text.isEmpty());
        if (body.length() > 0) {
            event.put("body", text.orElseGet(() -> Base64.getEncoder().encodeToString(body.getBytes())));
        }
    }

    private static Optional<String> utf8(Buffer body) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body.getBytes()))
                    .toString());
        } catch (CharacterCodingException notText) {
            return Optional.empty();
        }
    }

    /** The response to the client for the function's result. */
    public FunctionUrlResponse response(String result) {
        Optional<JsonObject> structured = structured(result);
        if (structured.isEmpty()) {
            return new FunctionUrlResponse(
                    200, List.of(Map.entry("content-type", "application/json")), Buffer.buffer(result));
        }
        JsonObject json = structured.get();
        String body = Optional.ofNullable(json.getString("body")).orElse("");
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        JsonObject headers = Optional.ofNullable(json.getJsonObject("headers")).orElseGet(JsonObject::new);
        headers.forEach(header -> fields.add(
                Map.entry(RemappedHeaders.remappedName(header.getKey()), String.valueOf(header.getValue()))));
        if (headers.fieldNames().stream().noneMatch("content-type"::equalsIgnoreCase)) {
            fields.add(Map.entry("content-type", "application/json"));
        }
        Optional.ofNullable(json.getJsonArray("cookies"))
                .orElseGet(JsonArray::new)
                .forEach(cookie -> fields.add(Map.entry("set-cookie", String.valueOf(cookie))));
        Buffer bytes = json.getBoolean("isBase64Encoded", false)
                ? Buffer.buffer(Base64.getDecoder().decode(body))
                : Buffer.buffer(body);
        return new FunctionUrlResponse(json.getInteger("statusCode"), fields, bytes);
    }

    /** A result without a status is not a response but the body of one. */
    private static Optional<JsonObject> structured(String result) {
        try {
            Object decoded = Json.decodeValue(result);
            return decoded instanceof JsonObject json && json.containsKey("statusCode")
                    ? Optional.of(json)
                    : Optional.empty();
        } catch (DecodeException notJson) {
            return Optional.empty();
        }
    }
}
