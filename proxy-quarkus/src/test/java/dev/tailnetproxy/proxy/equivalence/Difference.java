package dev.tailnetproxy.proxy.equivalence;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One part of a message that is not the same directly and through the proxy.
 *
 * @param side the request at the target, or the response at the client
 * @param part its name in an {@link Observation}
 * @param direct its values without the proxy
 * @param proxied its values with the proxy
 */
record Difference(Side side, String part, List<String> direct, List<String> proxied) {

    /** Where a message was observed. */
    enum Side {
        REQUEST,
        RESPONSE
    }

    static List<Difference> between(Side side, Observation direct, Observation proxied) {
        Set<String> parts = new TreeSet<>(direct.parts().keySet());
        parts.addAll(proxied.parts().keySet());
        return parts.stream()
                .filter(part -> !direct.values(part).equals(proxied.values(part)))
                .map(part -> new Difference(side, part, direct.values(part), proxied.values(part)))
                .toList();
    }

    static List<Difference> between(Exchange direct, Exchange proxied) {
        return Stream.concat(
                        between(Side.REQUEST, direct.request(), proxied.request()).stream(),
                        between(Side.RESPONSE, direct.response(), proxied.response()).stream())
                .toList();
    }
}
