package dev.tailnetproxy.proxy.forwarder;

import dev.tailnetproxy.contract.ForwarderGrammar;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The media types of the bodies that are forwarded.
 *
 * @param ranges media ranges in lower case (RFC 9110 section 12.5.1), without parameters
 */
public record AllowedContentTypes(Set<String> ranges) {

    /** Every media type, and a body without one. */
    public static final String ANY = "*/*";

    public AllowedContentTypes {
        ranges = Set.copyOf(ranges);
        if (ranges.isEmpty()) {
            throw new IllegalArgumentException("no media type");
        }
        for (String range : ranges) {
            if (!ForwarderGrammar.isMediaRange(range)) {
                throw Entries.invalid(range, "a media type without parameters, type/* or */*");
            }
        }
    }

    /**
     * Media types, separated by commas, with {@code *} for any subtype or any type.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static AllowedContentTypes parse(String text) {
        return new AllowedContentTypes(Entries.of(text).stream()
                .map(entry -> entry.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet()));
    }

    /** @param values those of the request's {@code Content-Type} fields; two types are two opinions about one body */
    boolean allow(List<String> values) {
        if (ranges.contains(ANY)) {
            return true;
        }
        if (values.size() != 1) {
            return false;
        }
        String value = values.get(0);
        if (mayBeTwo(value)) {
            return false;
        }
        int parameters = value.indexOf(';');
        String type = (parameters < 0 ? value : value.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
        return ForwarderGrammar.isMediaType(type)
                && (ranges.contains(type) || ranges.contains(type.substring(0, type.indexOf('/')) + "/*"));
    }

    /**
     * A comma outside of quotes joins the values of two fields, and a target may read the second one. A quote without its end
     * hides a comma from some readers only (RFC 9110 section 5.6.4).
     */
    private static boolean mayBeTwo(String value) {
        boolean isQuoted = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (isQuoted && c == '\\') {
                i++;
            } else if (c == '"') {
                isQuoted = !isQuoted;
            } else if (c == ',' && !isQuoted) {
                return true;
            }
        }
        return isQuoted;
    }
}
