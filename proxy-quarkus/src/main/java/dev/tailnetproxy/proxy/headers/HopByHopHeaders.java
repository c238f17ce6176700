package dev.tailnetproxy.proxy.headers;

import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Which header fields belong to one connection only and are never passed on (RFC 9110 section 7.6.1). */
public final class HopByHopHeaders {

    private static final Set<String> HOP_BY_HOP =
            Set.of("connection", "proxy-connection", "keep-alive", "te", "transfer-encoding", "upgrade");

    private HopByHopHeaders() {}

    /** Lower-case names of the hop-by-hop fields of a message, with those that its Connection fields name. */
    static Set<String> hopByHop(Headers headers) {
        Set<String> names = nominated(headers);
        if (names.isEmpty()) {
            return HOP_BY_HOP;
        }
        names.addAll(HOP_BY_HOP);
        return names;
    }

    /** What the Connection fields name beyond the fields that are hop-by-hop anyway. */
    private static Set<String> nominated(Headers headers) {
        Set<String> names = new HashSet<>();
        for (String value : headers.all("connection")) {
            for (String option : value.split(",", -1)) {
                String name = option.strip().toLowerCase(Locale.ROOT);
                // Without Content-Length the end of the message would be lost; a field that names it is at fault.
                if (!HOP_BY_HOP.contains(name) && !name.equals("content-length")) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    /**
     * The fields without those that only the message's own Connection fields make hop-by-hop: whoever decides by a field that
     * the target will not get decides about another message.
     */
    public static Headers withoutNominated(Headers headers) {
        Set<String> names = nominated(headers);
        return names.isEmpty() ? headers : headers.without(field -> names.contains(lowerName(field)));
    }

    static String lowerName(HeaderField field) {
        return field.name().toLowerCase(Locale.ROOT);
    }
}
