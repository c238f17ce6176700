package dev.tailnetproxy.proxy.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import dev.tailnetproxy.proxy.failure.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import java.nio.charset.StandardCharsets;
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
    static ProxyRequest request(APIGatewayV2HTTPEvent event, String id, long deadline) {
        APIGatewayV2HTTPEvent.RequestContext context = event.getRequestContext();
        if (context == null || context.getHttp() == null || context.getHttp().getMethod() == null) {
            throw new ProxyFailure(ErrorName.INVALID_HEADER, "the event is not an HTTP event of payload format 2.0");
        }
        String path = event.getRawPath() == null || event.getRawPath().isEmpty() ? "/" : event.getRawPath();
        String query =
                event.getRawQueryString() == null || event.getRawQueryString().isEmpty()
                        ? null
                        : event.getRawQueryString();
        return new ProxyRequest(context.getHttp().getMethod(), path, query, headers(event), body(event), id, deadline);
    }

    private static Headers headers(APIGatewayV2HTTPEvent event) {
        List<HeaderField> fields = new ArrayList<>();
        if (event.getHeaders() != null) {
            for (Map.Entry<String, String> header : event.getHeaders().entrySet()) {
                if (header.getValue() != null) {
                    fields.add(new HeaderField(header.getKey(), WireText.toWire(header.getValue())));
                }
            }
        }
        // Payload 2.0 takes the cookies out of the headers; RFC 6265 section 5.4 allows one Cookie field only.
        if (event.getCookies() != null && !event.getCookies().isEmpty()) {
            fields.add(new HeaderField("cookie", WireText.toWire(String.join("; ", event.getCookies()))));
        }
        return Headers.of(fields);
    }

    private static Body body(APIGatewayV2HTTPEvent event) {
        String body = event.getBody();
        if (body == null || body.isEmpty()) {
            return Body.empty();
        }
        if (!event.getIsBase64Encoded()) {
            return Body.of(body.getBytes(StandardCharsets.UTF_8));
        }
        try {
            return Body.of(Base64.getDecoder().decode(body));
        } catch (IllegalArgumentException e) {
            throw new ProxyFailure(ErrorName.INVALID_HEADER, "the event's body is not base64", e);
        }
    }
}
