package dev.tailnetproxy.proxy.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The protocols to which a client offers to switch its connection (RFC 9110 section 7.8).
 *
 * @param protocols their names with their versions, in the client's order
 */
public record UpgradeOffer(List<String> protocols) {

    /**
     * HTTP in another version, and TLS with HTTP inside: what comes behind the 101 is requests, which nobody would check, and
     * which RFC 9113 section 3.1 no longer begins like this.
     */
    private static final Set<String> REQUESTS_AGAIN = Set.of("http", "h2c", "h2", "h3", "tls");

    private static final String UPGRADE = "upgrade";

    public UpgradeOffer {
        protocols = List.copyOf(protocols);
        if (protocols.isEmpty() || !protocols.stream().allMatch(UpgradeOffer::isProtocol)) {
            throw new IllegalArgumentException("these are not names of protocols");
        }
    }

    /**
     * What a request of HTTP/1.1 offers. Empty when the fields do not offer it together, or the request has content: a server
     * may ignore the field, and the request is an ordinary one then.
     *
     * @param fields gives the values of the fields with a name in lower case
     */
    public static Optional<UpgradeOffer> of(Function<String, List<String>> fields) {
        List<String> values = fields.apply(UPGRADE);
        if (values.isEmpty() || !namesUpgrade(fields) || hasContent(fields)) {
            return Optional.empty();
        }
        List<String> offered = elements(values).toList();
        List<String> forwarded =
                offered.stream().filter(UpgradeOffer::isForwarded).toList();
        return forwarded.isEmpty() || !offered.stream().allMatch(UpgradeOffer::isProtocol)
                ? Optional.empty()
                : Optional.of(new UpgradeOffer(forwarded));
    }

    /**
     * Whether a response with the status 101 switches to what is offered, and to nothing else.
     *
     * @param fields gives the values of the response's fields with a name in lower case
     */
    public boolean isAccepted(Function<String, List<String>> fields) {
        List<String> chosen = elements(fields.apply(UPGRADE)).toList();
        return namesUpgrade(fields)
                && !chosen.isEmpty()
                && chosen.stream().allMatch(this::offers)
                && fields.apply("content-length").isEmpty()
                && fields.apply("transfer-encoding").isEmpty();
    }

    /** The value of a request's field. */
    public String fieldValue() {
        return String.join(", ", protocols);
    }

    private boolean offers(String protocol) {
        return protocols.stream().anyMatch(protocol::equalsIgnoreCase);
    }

    private static boolean namesUpgrade(Function<String, List<String>> fields) {
        return elements(fields.apply("connection")).anyMatch(UPGRADE::equalsIgnoreCase);
    }

    /** The elements of a list (RFC 9110 section 5.6.1), of which empty ones do not count. */
    private static Stream<String> elements(List<String> values) {
        List<String> elements = new ArrayList<>();
        for (String value : values) {
            for (String element : value.split(",", -1)) {
                elements.add(element.strip());
            }
        }
        return elements.stream().filter(element -> !element.isEmpty());
    }

    private static boolean hasContent(Function<String, List<String>> fields) {
        return !fields.apply("transfer-encoding").isEmpty()
                || fields.apply("content-length").stream().anyMatch(length -> !length.equals("0"));
    }

    private static boolean isForwarded(String protocol) {
        return !REQUESTS_AGAIN.contains(protocol.split("/", -1)[0].toLowerCase(Locale.ROOT));
    }

    /** A name, or a name and a version. */
    private static boolean isProtocol(String protocol) {
        String[] parts = protocol.split("/", -1);
        return parts.length <= 2 && Stream.of(parts).allMatch(Grammar::isToken);
    }
}
