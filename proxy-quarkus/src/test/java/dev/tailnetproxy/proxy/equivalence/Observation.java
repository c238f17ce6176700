package dev.tailnetproxy.proxy.equivalence;

import dev.tailnetproxy.testkit.HeaderSection;
import dev.tailnetproxy.testkit.HttpMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One message in a form that can be compared. Names of fields are in lower case; the parts that are no fields have names
 * in parentheses. The order of fields with different names has no meaning (RFC 9110 section 5.3) and is not kept.
 *
 * @param parts the values of each part, in order
 */
record Observation(Map<String, List<String>> parts) {

    static final String REQUEST_LINE = "(request line)";
    static final String STATUS = "(status)";
    static final String INTERIM = "(interim responses)";
    static final String BODY = "(body)";
    static final String TRAILERS = "(trailers)";

    private static final int MAX_SHOWN_BYTES = 400;

    static Observation ofRequest(HttpMessage request) {
        return of(REQUEST_LINE, request.headerSection().startLine(), request);
    }

    /** @param interim the statuses of the responses before it */
    static Observation ofResponse(HttpMessage response, List<String> interim) {
        Observation observed =
                of(STATUS, Integer.toString(response.headerSection().status()), response);
        if (!interim.isEmpty()) {
            observed.parts.put(INTERIM, interim);
        }
        return observed;
    }

    private static Observation of(String startName, String start, HttpMessage message) {
        Map<String, List<String>> parts = new TreeMap<>();
        parts.put(startName, List.of(start));
        for (HeaderSection.Field field : message.headerSection().fields()) {
            parts.computeIfAbsent(field.name().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(field.value());
        }
        parts.put(BODY, List.of(shown(message.body())));
        if (!message.trailers().isEmpty()) {
            parts.put(TRAILERS, message.trailers());
        }
        return new Observation(parts);
    }

    /** A long one by its length and its hash, so that a difference can be read. */
    private static String shown(byte[] body) {
        return body.length <= MAX_SHOWN_BYTES
                ? HexFormat.of().formatHex(body)
                : body.length + " bytes with hash " + Arrays.hashCode(body);
    }

    List<String> values(String part) {
        return parts.getOrDefault(part, List.of());
    }
}
