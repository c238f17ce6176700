package dev.tailnetproxy.proxy.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.proxy.failure.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** From an event in payload format 2.0 to a request. */
final class EventMapping {

    private EventMapping() {}

    /**
     * Reads the event.
     *
     * @param id the invocation's request id
     * @param deadline wall-clock milliseconds after which no answer is of use
     * @throws ProxyFailure {@code InvalidHeader} when the event is not HTTP-shaped or its body is not base64
     */
    static ProxyRequest request(ReceivedEvent event, String id, long deadline) {
        JsonNode members = event.members();
        String method =
                members.path("requestContext").path("http").path("method").asText("");
        if (method.isEmpty()) {
            throw new ProxyFailure(ErrorName.INVALID_HEADER, "the event is not an HTTP event of payload format 2.0");
        }
        String path = members.path("rawPath").asText("");
        String query = members.path("rawQueryString").asText("");
        return new ProxyRequest(
                method,
                path.isEmpty() ? "/" : path,
                query.isEmpty() ? null : query,
                headers(members),
                body(event),
                id,
                deadline);
    }

    private static Headers headers(JsonNode members) {
        List<HeaderField> fields = new ArrayList<>();
        for (Map.Entry<String, JsonNode> header : members.path("headers").properties()) {
            if (!header.getValue().isNull()) {
                fields.add(new HeaderField(header.getKey(), WireText.toWire(text(header.getValue()))));
            }
        }
        // Payload 2.0 takes the cookies out of the headers; RFC 6265 section 5.4 allows one Cookie field only.
        List<String> cookies = new ArrayList<>();
        members.path("cookies").forEach(cookie -> cookies.add(text(cookie)));
        if (!cookies.isEmpty()) {
            fields.add(new HeaderField("cookie", WireText.toWire(String.join("; ", cookies))));
        }
        return Headers.of(fields);
    }

    private static String text(JsonNode value) {
        if (value.isContainerNode()) {
            throw new ProxyFailure(ErrorName.INVALID_HEADER, "a header or cookie of the event is not a text");
        }
        return value.asText();
    }

    private static Body body(ReceivedEvent event) {
        if (!event.members().path("isBase64Encoded").asBoolean()) {
            return Body.of(event.body());
        }
        try {
            return Body.of(Base64.getDecoder().decode(event.body()));
        } catch (IllegalArgumentException e) {
            throw new ProxyFailure(ErrorName.INVALID_HEADER, "the event's body is not base64", e);
        }
    }
}
