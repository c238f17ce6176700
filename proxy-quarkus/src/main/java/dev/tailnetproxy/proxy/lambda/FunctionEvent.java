package dev.tailnetproxy.proxy.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Caller;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.Ingress;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.time.Deadline;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An event in payload format 2.0, not yet checked: an event that is not a request still has a caller for the log.
 *
 * @param members the event without its body; a member that the event lacks is a missing node
 * @param body the body's text in UTF-8, in base64 if the event says so; no bytes if there is no body, empty if it is not
 *     a text
 */
public record FunctionEvent(JsonNode members, Optional<ByteBuffer> body) {

    static final Optional<ByteBuffer> NO_BODY = Optional.of(ByteBuffer.allocate(0));

    private static final String COOKIE = "cookie";

    static FunctionEvent withoutMembers() {
        return new FunctionEvent(JsonNodeFactory.instance.objectNode(), NO_BODY);
    }

    /**
     * The request that the event describes.
     *
     * @param id the invocation's request id
     * @param deadline after which no response is of use
     * @throws ProxyFailure {@code InvalidHeader} when the event is not HTTP-shaped or its body is not base64
     */
    public ProxyRequest toRequest(String id, Deadline deadline) {
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
                headers(),
                content(),
                id,
                deadline,
                caller(),
                ingress(),
                domainName().isEmpty(),
                Optional.empty());
    }

    /** Every gateway writes one, whatever its client sends. */
    private String domainName() {
        return members.path("requestContext").path("domainName").asText("");
    }

    private Optional<Ingress> ingress() {
        JsonNode context = members.path("requestContext");
        return Ingress.of(
                context.path("http").path("sourceIp").asText(""),
                domainName(),
                context.path("stage").asText(""),
                context.path("timeEpoch").asLong(0));
    }

    /** The principal that signed the request, as the Function URL or the API established it. No header field is read. */
    Caller caller() {
        JsonNode iam = members.path("requestContext").path("authorizer").path("iam");
        return Caller.principal(
                iam.path("userArn").asText(""), iam.path("accountId").asText(""));
    }

    private Headers headers() {
        List<HeaderField> fields = new ArrayList<>();
        String cookies = cookies();
        for (Map.Entry<String, JsonNode> header : members.path("headers").properties()) {
            boolean replaced = !cookies.isEmpty() && header.getKey().equalsIgnoreCase(COOKIE);
            if (!header.getValue().isNull() && !replaced) {
                fields.add(new HeaderField(header.getKey(), encoded(text(header.getValue()))));
            }
        }
        if (!cookies.isEmpty()) {
            fields.add(new HeaderField(COOKIE, encoded(cookies)));
        }
        return Headers.of(fields);
    }

    /**
     * The cookies of the event's list, which a Function URL gives in its headers once more. The list is the better of the
     * two: there, nothing is joined with commas. Empty when it has none, and the header counts.
     */
    private String cookies() {
        List<String> cookies = new ArrayList<>();
        members.path("cookies").forEach(cookie -> {
            if (!cookie.isNull()) {
                cookies.add(text(cookie));
            }
        });
        cookies.removeIf(String::isBlank);
        return String.join("; ", cookies);
    }

    private static String text(JsonNode value) {
        if (value.isContainerNode()) {
            throw new ProxyFailure(ErrorName.INVALID_HEADER, "a header or cookie of the event is not a text");
        }
        return value.asText();
    }

    private static String encoded(String text) {
        return HeaderValueCodec.encode(text)
                .orElseThrow(() ->
                        new ProxyFailure(ErrorName.INVALID_HEADER, "a header or cookie of the event is not a text"));
    }

    private Body content() {
        ByteBuffer text = body.map(ByteBuffer::duplicate)
                .orElseThrow(() -> new ProxyFailure(ErrorName.INVALID_HEADER, "the event's body is not a text"));
        if (!members.path("isBase64Encoded").asBoolean()) {
            return Body.of(text);
        }
        try {
            return Body.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new ProxyFailure(ErrorName.INVALID_HEADER, "the event's body is not base64", e);
        }
    }
}
