package dev.tailnetproxy.client;

import dev.tailnetproxy.contract.HeaderNames;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Gives header fields of a response their real names back. AWS keeps some names for itself, {@code WWW-Authenticate} and
 * {@code Date} among them, and sends the value of the function under {@code x-amzn-remapped-…}; under the real name it sends
 * a value of its own, or none. So the renamed field is the target's, and takes the place of the other.
 *
 * <p>Which names AWS keeps is not documented for Function URLs, so every name is restored but those by which a response is
 * known to be of the proxy or of AWS ({@code ts-*}, {@code x-amzn-*}): no target can look like these.
 */
public final class RemappedHeaders {

    private static final String PREFIX = "x-amzn-remapped-";
    private static final List<String> RESERVED_PREFIXES = List.of(HeaderNames.PREFIX, HeaderNames.AWS_PREFIX);

    private RemappedHeaders() {}

    /**
     * The real name of a renamed field.
     *
     * @return nothing when the field was not renamed
     */
    public static Optional<String> originalName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!lower.startsWith(PREFIX) || lower.length() == PREFIX.length()) {
            return Optional.empty();
        }
        boolean isReserved = RESERVED_PREFIXES.stream().anyMatch(prefix -> lower.startsWith(prefix, PREFIX.length()));
        return isReserved ? Optional.empty() : Optional.of(name.substring(PREFIX.length()));
    }

    /** The fields with their real names. */
    static HttpHeaders restored(HttpHeaders received) {
        Set<String> renamed = new LinkedHashSet<>(received.map().keySet());
        renamed.removeIf(name -> originalName(name).isEmpty());
        if (renamed.isEmpty()) {
            return received;
        }
        Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        received.map().forEach((name, values) -> fields.put(name, new ArrayList<>(values)));
        for (String name : renamed) {
            List<String> values = received.map().get(name);
            fields.remove(name);
            originalName(name).ifPresent(real -> {
                fields.remove(real);
                fields.put(real, values);
            });
        }
        return HttpHeaders.of(fields, (name, value) -> true);
    }
}
