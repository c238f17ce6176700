package dev.tailnetproxy.function.address;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

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
            byte[] ipv6 = AddressText.ipv6(bare);
            return ipv6 == null ? NonStandard.INSTANCE : new Standard(IpAddress.of(ipv6));
        }
        byte[] ipv4 = AddressText.ipv4(bare);
        if (ipv4 != null) {
            return new Standard(IpAddress.of(ipv4));
        }
        return AddressText.endsInANumber(bare) ? NonStandard.INSTANCE : NotAnAddress.INSTANCE;
    }
}
