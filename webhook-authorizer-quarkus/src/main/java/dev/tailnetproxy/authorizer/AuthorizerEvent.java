package dev.tailnetproxy.authorizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.function.address.IpAddress;
import java.util.Optional;

/**
 * The event of an HTTP API for a Lambda authorizer, payload format 2.0. Of the request's own parts, such as header fields
 * and query, nothing is read.
 */
final class AuthorizerEvent {

    private static final String NOTHING = "-";

    private final JsonNode root;

    /** @param root the event; anything that is not an object is an unexpected event */
    AuthorizerEvent(JsonNode root) {
        this.root = root;
    }

    /**
     * The address of the TCP connection to the gateway.
     *
     * @throws UnexpectedEventException when the event has no such address, or is of another kind
     */
    IpAddress source() {
        require(root.isObject(), "The event is not a JSON object.");
        require(is("2.0", root.path("version")), "The event's version is not 2.0.");
        require(is("REQUEST", root.path("type")), "The event's type is not REQUEST.");
        IpAddress source = sourceAddress()
                .orElseThrow(() -> new UnexpectedEventException(
                        "requestContext.http.sourceIp is not an IP address in standard notation."));
        requireKeyWith(source);
        return source;
    }

    /**
     * The gateway may cache a decision under the identity source. Without the source address in it, the decision about one
     * address would hold for others, such as everyone who sends the same header field.
     */
    private void requireKeyWith(IpAddress source) {
        JsonNode keys = root.path("identitySource");
        if (keys.isMissingNode() || keys.isNull()) {
            return;
        }
        require(keys.isArray(), "identitySource is not a list.");
        require(
                keys.isEmpty()
                        || keys.valueStream().anyMatch(key -> address(key).equals(Optional.of(source))),
                "identitySource lacks the source address: use $context.identity.sourceIp, or no identity source.");
    }

    /** The source address of an event of any kind; empty when there is none. */
    Optional<IpAddress> sourceAddress() {
        return address(sourceIp());
    }

    /** The source as the gateway writes it, for the log. */
    String sourceText() {
        return sourceAddress().map(IpAddress::toString).orElseGet(() -> printable(sourceIp()));
    }

    /** The gateway's id of the request, for the log. */
    String requestId() {
        return printable(root.path("requestContext").path("requestId"));
    }

    /** The route's key in the API, such as {@code POST /github}, for the log. */
    String route() {
        return printable(root.path("routeKey"));
    }

    private JsonNode sourceIp() {
        return root.path("requestContext").path("http").path("sourceIp");
    }

    private static Optional<IpAddress> address(JsonNode node) {
        return Optional.of(node)
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .filter(Spelling::isBare)
                .flatMap(IpAddress::parse);
    }

    private static boolean is(String wanted, JsonNode node) {
        return wanted.equals(node.textValue());
    }

    private static String printable(JsonNode node) {
        String text = node.textValue();
        return text == null || text.isBlank() ? NOTHING : Spelling.printable(text);
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new UnexpectedEventException(problem);
        }
    }
}
