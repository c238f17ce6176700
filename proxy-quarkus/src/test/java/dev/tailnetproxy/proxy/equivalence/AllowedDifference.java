package dev.tailnetproxy.proxy.equivalence;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One row of {@code equivalence-exceptions.json}: a difference that the contract demands, or that the way to the proxy
 * makes. {@code side} and {@code part} (a pattern) name the part, {@code ways} the ways on which it differs (all of them
 * without), {@code change} how it differs, and {@code reason} why.
 *
 * @param json the row
 */
record AllowedDifference(JsonObject json) {

    static List<AllowedDifference> all() {
        return EquivalenceCase.rows("/equivalence-exceptions.json")
                .map(AllowedDifference::new)
                .toList();
    }

    /** How a part may differ. */
    private enum Change {
        /** The proxy leaves it out. */
        REMOVED {
            @Override
            boolean made(Difference difference, String value) {
                return difference.proxied().isEmpty();
            }
        },
        /** The proxy adds it, with a value that matches a pattern. */
        ADDED {
            @Override
            boolean made(Difference difference, String value) {
                return difference.direct().isEmpty()
                        && difference.proxied().stream().allMatch(added -> added.matches(value));
            }
        },
        /** Several values become one, with this between them. */
        JOINED {
            @Override
            boolean made(Difference difference, String value) {
                return difference.direct().size() > 1
                        && difference.proxied().equals(List.of(String.join(value, difference.direct())));
            }
        },
        /** The value becomes one that matches a pattern. */
        REPLACED {
            @Override
            boolean made(Difference difference, String value) {
                return !difference.direct().isEmpty()
                        && difference.proxied().size() == 1
                        && difference.proxied().get(0).matches(value);
            }
        };

        abstract boolean made(Difference difference, String value);
    }

    boolean covers(String way, Difference difference) {
        JsonArray ways = json.getJsonArray("ways");
        return (ways == null || ways.contains(way))
                && difference.side() == Difference.Side.valueOf(json.getString("side"))
                && Pattern.matches(json.getString("part"), difference.part())
                && Change.valueOf(json.getString("change")).made(difference, json.getString("value", ""));
    }

    @Override
    public String toString() {
        return json.encode();
    }
}
