package dev.tailnetproxy.proxy.forwarder;

import dev.tailnetproxy.contract.ForwarderGrammar;
import java.util.List;

/**
 * The paths that are forwarded, relative to the base of the target.
 *
 * @param patterns each a path, or the paths below one
 */
public record AllowedPaths(List<Pattern> patterns) {

    public AllowedPaths {
        patterns = List.copyOf(patterns);
        if (patterns.isEmpty()) {
            throw new IllegalArgumentException("no path");
        }
    }

    /**
     * One path, or all paths that begin with it.
     *
     * @param path for all paths below it, it ends in a slash
     * @param below whether it is the beginning of paths
     */
    public record Pattern(SafePath path, boolean below) {

        public Pattern {
            if (below && !path.text().endsWith("/")) {
                throw new IllegalArgumentException("the folder of paths does not end in a slash");
            }
        }

        static Pattern parse(String text) {
            try {
                ForwarderGrammar.checkPathPattern(text);
            } catch (IllegalArgumentException e) {
                throw Entries.invalid(text, String.valueOf(e.getMessage()));
            }
            boolean below = text.endsWith(ForwarderGrammar.BELOW);
            return new Pattern(new SafePath(below ? text.substring(0, text.length() - 1) : text), below);
        }

        boolean matches(String decoded) {
            String own = path.decoded();
            return below ? decoded.startsWith(own) : decoded.equals(own);
        }
    }

    /**
     * Paths, separated by commas; {@code /a/*} for all paths below {@code /a/}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static AllowedPaths parse(String text) {
        return new AllowedPaths(Entries.of(text).stream().map(Pattern::parse).toList());
    }

    boolean allow(SafePath path) {
        String decoded = path.decoded();
        return patterns.stream().anyMatch(pattern -> pattern.matches(decoded));
    }
}
