package dev.tailnetproxy.integration;

import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The conformance tables call the proxy's own node 100.64.0.1 and fd7a:115c:a1e0::1, and the target's ::2; a control
 * server gives out addresses as it likes.
 */
final class ConformanceAddresses {

    private static final Pattern IN_TABLES =
            Pattern.compile("(100\\.64\\.0\\.|fd7a:115c:a1e0:(?:0:)?:)([12])(?![0-9a-f:.])", Pattern.CASE_INSENSITIVE);

    private final String target;
    private final String own;

    /** Takes the addresses of both nodes, in any order of families. */
    ConformanceAddresses(List<String> target, List<String> own) {
        this.target = hostPart(target);
        this.own = hostPart(own);
    }

    /** The same text with the addresses that the nodes have. */
    String put(String table) {
        return IN_TABLES.matcher(table).replaceAll(this::actual);
    }

    private String actual(MatchResult address) {
        String prefix = address.group(1);
        String number = address.group(2).equals("1") ? own : target;
        boolean isVersion6 = prefix.toLowerCase(Locale.ROOT).startsWith("fd7a");
        return prefix + (isVersion6 ? Integer.toHexString(Integer.parseInt(number)) : number);
    }

    /** headscale numbers both families alike, so the last part of the IPv4 address is enough. */
    private static String hostPart(List<String> addresses) {
        String version4 = addresses.stream()
                .filter(address -> address.startsWith("100.64.0."))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("not one of the first 255 nodes: " + addresses));
        return version4.substring(version4.lastIndexOf('.') + 1);
    }
}
