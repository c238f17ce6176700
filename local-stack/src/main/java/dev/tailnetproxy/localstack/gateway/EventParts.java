package dev.tailnetproxy.localstack.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The parts of an event in payload format 2.0 that every gateway makes alike. */
public final class EventParts {

    private static final Pattern TEXT =
            Pattern.compile("text/.*|application/(json|xml|javascript)", Pattern.CASE_INSENSITIVE);
    private static final DateTimeFormatter REQUEST_TIME = DateTimeFormatter.ofPattern(
                    "dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private EventParts() {}

    /** The header fields, names in lower case, repeats joined with commas. */
    public static JsonObject headers(GatewayRequest request) {
        JsonObject headers = new JsonObject();
        for (String name : request.fieldNames()) {
            headers.put(name, request.field(name).orElseThrow());
        }
        return headers;
    }

    /** The value that AWS makes for {@code x-amzn-trace-id}. */
    public static String traceId(String requestId) {
        return "Root=1-" + requestId.substring(0, 8) + "-" + requestId.substring(9, 21);
    }

    /** Each cookie of the request. */
    public static List<String> cookies(GatewayRequest request) {
        return request.fields().stream()
                .filter(field -> field.getKey().equalsIgnoreCase("cookie"))
                .flatMap(field -> List.of(field.getValue().split("; *", -1)).stream())
                .toList();
    }

    /** The query's parameters, decoded, values of the same name joined with commas. */
    public static JsonObject queryParameters(String query) {
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

    /** The time of the request in the form of {@code requestContext.time}. */
    public static String time(Instant instant) {
        return REQUEST_TIME.format(instant);
    }

    /**
     * Puts the body into an event.
     *
     * <p>Which types AWS takes for text is documented nowhere; these were seen by others. What is not UTF-8 would be lost
     * as text, so that it goes in base64 here, whatever its type.
     */
    public static void putBody(JsonObject event, GatewayRequest request) {
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
}
