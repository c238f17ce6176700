package dev.tailnetproxy.proxy.forwarder;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The methods that are forwarded.
 *
 * @param names in the order in which a sender is told of them; {@value #ANY} alone for all but CONNECT and TRACE
 */
public record AllowedMethods(List<String> names) {

    /** Stands for every method that is forwarded at all. */
    public static final String ANY = "*";

    /** CONNECT asks for a tunnel; TRACE shows a sender what the proxy adds (RFC 9110 section 9.3.8). */
    private static final Set<String> NEVER = Set.of("CONNECT", "TRACE");

    private static final Pattern METHOD = Pattern.compile("[A-Z]+(?:-[A-Z]+)*");

    public AllowedMethods {
        names = List.copyOf(names);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("no method");
        }
    }

    /**
     * Methods in upper case, separated by commas, or {@value #ANY}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static AllowedMethods parse(String text) {
        Set<String> names = new LinkedHashSet<>(Entries.of(text));
        if (names.size() == 1 && names.contains(ANY)) {
            return new AllowedMethods(List.of(ANY));
        }
        for (String name : names) {
            if (!METHOD.matcher(name).matches() || NEVER.contains(name)) {
                throw Entries.invalid(name, "a method in upper case that can be forwarded");
            }
        }
        return new AllowedMethods(List.copyOf(names));
    }

    boolean allow(String method) {
        return !NEVER.contains(method) && (names.contains(ANY) || names.contains(method));
    }

    /** The value of the field {@code Allow} (RFC 9110 section 10.2.1). */
    String allowField() {
        return names.contains(ANY) ? "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS" : String.join(", ", names);
    }
}
