package dev.tailnetproxy.function.address;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a target's text is: an address in a standard spelling, something that some resolver somewhere would take for an
 * address, or neither, which may then be a name.
 *
 * <p>Standard are four decimal numbers of 0 to 255 without leading zeros (RFC 6943 section 3.1.1 calls it strict), and
 * the IPv6 forms of RFC 4291 section 2.2, with or without brackets, without zone. Everything else that {@code inet_aton}
 * or a URL parser reads as an address ({@code 127.1}, {@code 0x7f.1}, {@code 2130706433}, {@code 0177.0.0.1}) is
 * {@link NonStandard}, because two parsers that read it differently are how a filter is got round.
 */
public sealed interface AddressSpelling {

    /** What one of the three gives, by what the text is. */
    <T> T fold(Function<IpAddress, T> onStandard, Supplier<T> onNonStandard, Supplier<T> onOther);

    /** The address in a standard spelling. */
    default Optional<IpAddress> address() {
        return fold(Optional::of, Optional::empty, Optional::empty);
    }

    /** Whether the text is an address in no spelling, so that it may be a name. */
    default boolean mayBeName() {
        return fold(address -> false, () -> false, () -> true);
    }

    /** An address in a standard spelling. */
    record Standard(IpAddress ip) implements AddressSpelling {

        @Override
        public <T> T fold(Function<IpAddress, T> onStandard, Supplier<T> onNonStandard, Supplier<T> onOther) {
            return onStandard.apply(ip);
        }
    }

    /** Looks like an address but is not spelled in the standard way. */
    enum NonStandard implements AddressSpelling {
        INSTANCE;

        @Override
        public <T> T fold(Function<IpAddress, T> onStandard, Supplier<T> onNonStandard, Supplier<T> onOther) {
            return onNonStandard.get();
        }
    }

    /** Not an address in any spelling. */
    enum NotAnAddress implements AddressSpelling {
        INSTANCE;

        @Override
        public <T> T fold(Function<IpAddress, T> onStandard, Supplier<T> onNonStandard, Supplier<T> onOther) {
            return onOther.get();
        }
    }

    static AddressSpelling of(String text) {
        String bare = text;
        boolean bracketed = text.startsWith("[") || text.endsWith("]");
        if (bracketed) {
            if (!text.startsWith("[") || !text.endsWith("]") || text.length() < 2) {
                return NonStandard.INSTANCE;
            }
            bare = text.substring(1, text.length() - 1);
        }
        if (bracketed || bare.indexOf(':') >= 0) {
            byte[] ipv6 = ipv6(bare);
            return ipv6 == null ? NonStandard.INSTANCE : new Standard(IpAddress.of(ipv6));
        }
        byte[] ipv4 = ipv4(bare);
        if (ipv4 != null) {
            return new Standard(IpAddress.of(ipv4));
        }
        return endsInANumber(bare) ? NonStandard.INSTANCE : NotAnAddress.INSTANCE;
    }

    /** The WHATWG URL rule: a host whose last label is a number, decimal, octal or hexadecimal, is meant as IPv4. */
    private static boolean endsInANumber(String text) {
        String host = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        String last = host.substring(host.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return last.matches("[0-9]+|0x[0-9a-f]*");
    }

    private static byte @Nullable [] ipv4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return null;
        }
        byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            if (!parts[i].matches("0|[1-9][0-9]{0,2}")) {
                return null;
            }
            int number = Integer.parseInt(parts[i]);
            if (number > 255) {
                return null;
            }
            bytes[i] = (byte) number;
        }
        return bytes;
    }

    private static byte @Nullable [] ipv6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            byte[] all = groups(text);
            return all != null && all.length == 16 ? all : null;
        }
        byte[] leading = groups(text.substring(0, gap));
        byte[] trailing = groups(text.substring(gap + 2));
        // The gap stands for at least one group; a second gap leaves an empty group, which groups() refuses.
        if (leading == null
                || trailing == null
                || leading.length + trailing.length > 14
                || endsWithDottedPart(text, gap)) {
            return null;
        }
        byte[] bytes = new byte[16];
        System.arraycopy(leading, 0, bytes, 0, leading.length);
        System.arraycopy(trailing, 0, bytes, 16 - trailing.length, trailing.length);
        return bytes;
    }

    /** A dotted part may stand only at the very end, so not before the gap. */
    private static boolean endsWithDottedPart(String text, int gap) {
        return text.substring(0, gap).indexOf('.') >= 0;
    }

    private static byte @Nullable [] groups(String text) {
        if (text.isEmpty()) {
            return new byte[0];
        }
        String[] parts = text.split(":", -1);
        byte[] bytes = new byte[18];
        int length = 0;
        for (int i = 0; i < parts.length; i++) {
            if (length > 14) {
                return null;
            }
            if (i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
                byte[] dotted = ipv4(parts[i]);
                if (dotted == null) {
                    return null;
                }
                System.arraycopy(dotted, 0, bytes, length, 4);
                length += 4;
            } else if (parts[i].matches("[0-9a-fA-F]{1,4}")) {
                int group = Integer.parseInt(parts[i], 16);
                bytes[length++] = (byte) (group >> 8);
                bytes[length++] = (byte) group;
            } else {
                return null;
            }
        }
        return length > 16 ? null : Arrays.copyOf(bytes, length);
    }
}
