package dev.tailnetproxy.proxy.forwarder;

import dev.tailnetproxy.contract.ForwarderGrammar;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The methods that are forwarded.
 *
 * @param names in the order in which a sender is told of them; {@value #ANY} alone for all but CONNECT and TRACE
 */
public record AllowedMethods(List<String> names) {

    /** Stands for every method that is forwarded at all. */
    public static final String ANY = "*";

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
            if (!ForwarderGrammar.isMethod(name)) {
                throw Entries.invalid(name, "a method in upper case that can be forwarded");
            }
        }
        return new AllowedMethods(List.copyOf(names));
    }

    boolean allow(String method) {
        return ForwarderGrammar.isForwarded(method) && (names.contains(ANY) || names.contains(method));
    }

    /** The value of the field {@code Allow} (RFC 9110 section 10.2.1). */
    String allowField() {
        return names.contains(ANY) ? "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS" : String.join(", ", names);
    }
}
