package dev.tailnetproxy.client.signing;

import dev.tailnetproxy.contract.HeaderNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The header fields of a call to the proxy, made from those that the target shall see: the ones that would get in the way
 * of the call's own signature travel under a {@code ts-} prefix, and the {@code ts-*} headers of the proxy's contract are
 * added.
 *
 * <p>Not thread-safe; one is made for each request.
 */
public final class ProxyHeaders {

    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    /** The JDK's client turns everything else into question marks, after it was signed. */
    private static final Pattern VALUE = Pattern.compile("[ -~\\t]*");

    private final Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    /**
     * Starts with the header fields for the target.
     *
     * @throws IllegalArgumentException when a field can't be sent as it is, or one is given with and without its prefix
     */
    public ProxyHeaders(Map<String, List<String>> forTarget) {
        forTarget.forEach((name, values) -> {
            RestrictedHeaders.refuse(name);
            String sentName = HeaderNames.SENT_WITH_PREFIX.contains(name.toLowerCase(Locale.ROOT))
                    ? HeaderNames.PREFIX + name
                    : name;
            if (fields.put(sentName, checked(name, values)) != null) {
                throw new IllegalArgumentException("the header " + name + " is given twice: once as " + sentName);
            }
        });
    }

    /**
     * Checks one field as a request is written, with sentences where the JDK's builder has none, and without repeating the
     * value.
     *
     * @throws IllegalArgumentException when the JDK's client does not take it, or would not send it as it is
     */
    public static void check(String name, String value) {
        RestrictedHeaders.refuse(name);
        RestrictedHeaders.refuseHost(name);
        var unused = checked(name, List.of(value));
    }

    /** Adds the target, unless the request has named one by itself. */
    public ProxyHeaders target(Target target) {
        if (!fields.containsKey(HeaderNames.TARGET_IP) && !fields.containsKey(HeaderNames.TARGET_PORT)) {
            put(HeaderNames.TARGET_IP, target.host());
            put(HeaderNames.TARGET_PORT, Integer.toString(target.port()));
            putIfAbsent(HeaderNames.HTTPS, Boolean.toString(target.https()));
        }
        return this;
    }

    /** Whether the request has a target. */
    public boolean hasTarget() {
        return fields.containsKey(HeaderNames.TARGET_IP);
    }

    /** Adds a {@code ts-*} header, unless the request has one of this name by itself. */
    public ProxyHeaders putIfAbsent(String name, String value) {
        if (!fields.containsKey(name)) {
            put(name, value);
        }
        return this;
    }

    /** Adds the metric labels, unless the request has its own. */
    public ProxyHeaders metrics(MetricLabels labels) {
        return putIfAbsent(HeaderNames.METRIC_SERVICE, labels.service())
                .putIfAbsent(HeaderNames.METRIC_DIMENSION_NAME, labels.dimensionName())
                .putIfAbsent(HeaderNames.METRIC_DIMENSION_VALUE, labels.dimensionValue());
    }

    /** All fields of the call but those of its signature. */
    public Map<String, List<String>> all() {
        return fields;
    }

    /**
     * The fields to be signed: those that the proxy acts on, those that AWS wants signed, and the media type. A gateway on
     * intermediaries on the way out may change others.
     */
    public Map<String, List<String>> toBeSigned() {
        Map<String, List<String>> signed = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        fields.forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith(HeaderNames.PREFIX) || lower.startsWith("x-amz-") || lower.equals("content-type")) {
                signed.put(name, values);
            }
        });
        return signed;
    }

    private void put(String name, String value) {
        fields.put(name, checked(name, List.of(value)));
    }

    private static List<String> checked(String name, List<String> values) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + name + "\" is no name of a header (RFC 9110 section 5.1)");
        }
        for (String value : values) {
            if (!VALUE.matcher(value).matches()) {
                throw new IllegalArgumentException("the header " + name
                        + " holds a control character or one beyond ASCII, which can't be sent; encode it");
            }
        }
        return new ArrayList<>(values);
    }
}
