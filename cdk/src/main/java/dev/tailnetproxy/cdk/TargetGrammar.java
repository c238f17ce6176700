package dev.tailnetproxy.cdk;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a target is written. The proxy's own reader is not at hand here, because this module runs alone; that both take the
 * same is a test's to say, with one table for both.
 */
final class TargetGrammar {

    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final Pattern BRACKETED = Pattern.compile("\\[([^\\]]+)](?::(.*))?");
    private static final Pattern PLAIN = Pattern.compile("([^:]*)(?::(.*))?");
    private static final Pattern PORTS = Pattern.compile("([1-9][0-9]{0,4})(?:-([1-9][0-9]{0,4}))?");
    private static final String BYTE = "(?:0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])";
    private static final Pattern IPV4 = Pattern.compile(BYTE + "(?:\\." + BYTE + "){3}");
    private static final Pattern ENDS_IN_A_NUMBER = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0x[0-9a-f]*)\\.?");
    private static final String LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
    private static final Pattern NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");
    private static final int MAX_NAME_LENGTH = 253;
    private static final int MAX_PORT = 65535;

    private TargetGrammar() {}

    /** @throws IllegalArgumentException with a sentence that quotes the target */
    static void check(String target) {
        Validate.isTrue(
                isTarget(target.strip()),
                "\"" + target
                        + "\" is no target: give an address, a prefix, a name or *.suffix, with a :port or :from-to behind it "
                        + "where only some ports are meant, and an IPv6 address with a port in brackets");
    }

    private static boolean isTarget(String target) {
        Matcher bracketed = BRACKETED.matcher(target);
        if (bracketed.matches()) {
            return isPrefix(bracketed.group(1)) && arePorts(bracketed.group(2));
        }
        if (IPV6.matcher(target.replaceFirst("/.*", "")).matches() && target.indexOf(':') != target.lastIndexOf(':')) {
            return isPrefix(target);
        }
        Matcher plain = PLAIN.matcher(target);
        return plain.matches() && (isPrefix(plain.group(1)) || isName(plain.group(1))) && arePorts(plain.group(2));
    }

    private static boolean arePorts(@Nullable String ports) {
        if (ports == null) {
            return true;
        }
        Matcher parts = PORTS.matcher(ports);
        if (!parts.matches()) {
            return false;
        }
        int from = Integer.parseInt(parts.group(1));
        int to = parts.group(2) == null ? from : Integer.parseInt(parts.group(2));
        return from <= to && to <= MAX_PORT;
    }

    private static boolean isPrefix(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        boolean mapped = IPV6.matcher(address).matches();
        int bits = mapped ? bitsOfIpv6(address) : IPV4.matcher(address).matches() ? 32 : 0;
        if (bits == 0 || slash < 0) {
            return bits > 0;
        }
        String length = text.substring(slash + 1);
        // Of an IPv4-mapped address the prefix counts from the beginning of the IPv6 form.
        int min = mapped && bits == 32 ? 96 : 0;
        return length.matches("0|[1-9][0-9]{0,2}")
                && Integer.parseInt(length) >= min
                && Integer.parseInt(length) - min <= bits;
    }

    /** 128, or 32 for an IPv4-mapped address, or 0 for what is none. A literal in brackets asks no resolver. */
    private static int bitsOfIpv6(String text) {
        try {
            String dotted = text.substring(text.lastIndexOf(':') + 1);
            boolean strict = dotted.indexOf('.') < 0 || IPV4.matcher(dotted).matches();
            return strict ? 8 * InetAddress.getByName("[" + text + "]").getAddress().length : 0;
        } catch (UnknownHostException none) {
            return 0;
        }
    }

    private static boolean isName(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (ENDS_IN_A_NUMBER.matcher(lower).matches()) {
            return false;
        }
        String host = lower.startsWith("*.") ? lower.substring(2) : lower;
        String bare = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return bare.length() <= MAX_NAME_LENGTH && NAME.matcher(bare).matches();
    }
}
