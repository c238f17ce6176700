package dev.tailnetproxy.contract;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How targets are written: ports, DNS names, and the entries of a list of targets. */
public final class TargetGrammar {

    /** The largest port. */
    public static final int MAX_PORT = 65535;

    private static final String PORT = "[1-9][0-9]{0,4}";
    private static final Pattern PORT_PATTERN = Pattern.compile(PORT);
    private static final Pattern PORTS = Pattern.compile("(" + PORT + ")(?:-(" + PORT + "))?");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final Pattern BRACKETED = Pattern.compile("\\[([^\\]]+)](?::(.*))?");
    private static final Pattern PLAIN = Pattern.compile("([^:]*)(?::(.*))?");
    private static final Pattern PREFIX_LENGTH = Pattern.compile("0|[1-9][0-9]{0,2}");
    private static final String BYTE = "(?:0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])";
    private static final Pattern IPV4 = Pattern.compile(BYTE + "(?:\\." + BYTE + "){3}");
    private static final Pattern ENDS_IN_A_NUMBER = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0x[0-9a-f]*)\\.?");

    /** Underscores are no host names (RFC 952), but services in private zones use them. */
    private static final String LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";

    private static final Pattern NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");
    private static final int MAX_NAME_LENGTH = 253;
    private static final int IPV4_BITS = 32;
    private static final int MAPPED_PREFIX_BITS = 96;

    private TargetGrammar() {}

    /** The port of this text: 1 to 65535, digits without a leading zero. */
    public static OptionalInt port(String text) {
        if (!PORT_PATTERN.matcher(text).matches()) {
            return OptionalInt.empty();
        }
        int port = Integer.parseInt(text);
        return port <= MAX_PORT ? OptionalInt.of(port) : OptionalInt.empty();
    }

    /** Whether this is a DNS name of labels in lower case, without a dot at the end. */
    public static boolean isName(String text) {
        return text.length() <= MAX_NAME_LENGTH && NAME.matcher(text).matches();
    }

    /**
     * Whether this is one entry of a list of targets: an address, a prefix, a name or {@code *.suffix}, each with an optional
     * {@code :port} or {@code :from-to}. An IPv6 entry with a port is written in brackets.
     */
    public static boolean isListEntry(String entry) {
        Matcher bracketed = BRACKETED.matcher(entry);
        if (bracketed.matches()) {
            return isPrefix(bracketed.group(1)) && arePorts(bracketed.group(2));
        }
        if (IPV6.matcher(entry.replaceFirst("/.*", "")).matches() && entry.indexOf(':') != entry.lastIndexOf(':')) {
            return isPrefix(entry);
        }
        Matcher plain = PLAIN.matcher(entry);
        return plain.matches()
                && (isPrefix(plain.group(1)) || isNameOrSuffix(plain.group(1)))
                && arePorts(plain.group(2));
    }

    private static boolean arePorts(@Nullable String ports) {
        if (ports == null) {
            return true;
        }
        Matcher parts = PORTS.matcher(ports);
        if (!parts.matches()) {
            return false;
        }
        OptionalInt from = port(parts.group(1));
        OptionalInt to = parts.group(2) == null ? from : port(parts.group(2));
        return from.isPresent() && to.isPresent() && from.getAsInt() <= to.getAsInt();
    }

    private static boolean isPrefix(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        boolean inIpv6Form = IPV6.matcher(address).matches();
        int bits = inIpv6Form ? bitsOfIpv6(address) : IPV4.matcher(address).matches() ? IPV4_BITS : 0;
        if (bits == 0 || slash < 0) {
            return bits > 0;
        }
        String length = text.substring(slash + 1);
        // Of an IPv4-mapped address the prefix counts from the beginning of the IPv6 form.
        int min = inIpv6Form && bits == IPV4_BITS ? MAPPED_PREFIX_BITS : 0;
        return PREFIX_LENGTH.matcher(length).matches()
                && Integer.parseInt(length) >= min
                && Integer.parseInt(length) - min <= bits;
    }

    /** 128, or 32 for an IPv4-mapped address, or 0 for what is none. A literal in brackets asks no resolver. */
    private static int bitsOfIpv6(String text) {
        try {
            String dotted = text.substring(text.lastIndexOf(':') + 1);
            boolean strict = dotted.indexOf('.') < 0 || IPV4.matcher(dotted).matches();
            return strict ? Byte.SIZE * InetAddress.getByName("[" + text + "]").getAddress().length : 0;
        } catch (UnknownHostException none) {
            return 0;
        }
    }

    private static boolean isNameOrSuffix(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (ENDS_IN_A_NUMBER.matcher(lower).matches()) {
            return false;
        }
        String host = lower.startsWith("*.") ? lower.substring(2) : lower;
        return isName(host.endsWith(".") ? host.substring(0, host.length() - 1) : host);
    }
}
