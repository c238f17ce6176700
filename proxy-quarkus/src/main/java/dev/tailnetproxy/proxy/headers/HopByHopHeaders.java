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
        Set<String> names = new HashSet<>(HOP_BY_HOP);
        for (String value : headers.all("connection")) {
            for (String option : value.split(",", -1)) {
                names.add(option.strip().toLowerCase(Locale.ROOT));
            }
        }
        // Without it the end of the message would be lost; a Connection field that names it is at fault.
        names.remove("content-length");
        return names;
    }

    /**
     * The fields without those that only the message's own Connection fields make hop-by-hop: whoever decides by a field that
     * the target will not get decides about another message.
     */
    public static Headers withoutNominated(Headers headers) {
        Set<String> names = hopByHop(headers);
        names.removeAll(HOP_BY_HOP);
        return headers.without(field -> names.contains(lowerName(field)));
    }

    static String lowerName(HeaderField field) {
        return field.name().toLowerCase(Locale.ROOT);
    }
}
