package dev.tailnetproxy.function.address;

import java.util.Optional;

/**
 * An address prefix, such as {@code 10.0.0.0/8}.
 *
 * @param address any address of the prefix; bits behind the prefix do not count
 * @param prefixLength number of leading bits that count, 0 to 32 or 128
 */
public record Cidr(IpAddress address, int prefixLength) {

    private static final int MAPPED_BITS = 96;

    public Cidr {
        if (prefixLength < 0 || prefixLength > address.bits()) {
            throw new IllegalArgumentException("prefix length out of range: " + prefixLength);
        }
    }

    /** The prefix that holds just this address. */
    public static Cidr of(IpAddress address) {
        return new Cidr(address, address.bits());
    }

    /** A prefix known to be valid; for constants. */
    public static Cidr valid(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not a prefix: " + text));
    }

    /** {@code address/length}, or an address alone for that address only. Empty when the text is neither. */
    public static Optional<Cidr> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return IpAddress.parse(text).map(Cidr::of);
        }
        String length = text.substring(slash + 1);
        if (!length.matches("0|[1-9][0-9]{0,2}")) {
            return Optional.empty();
        }
        String start = text.substring(0, slash);
        // An IPv4-mapped address is the IPv4 address; its prefix counts from the beginning of the IPv6 form.
        int mapped = start.indexOf(':') < 0 ? 0 : MAPPED_BITS;
        return IpAddress.parse(start).flatMap(address -> {
            int bits = Integer.parseInt(length) - (address.isIpv4() ? mapped : 0);
            return bits >= 0 && bits <= address.bits() ? Optional.of(new Cidr(address, bits)) : Optional.empty();
        });
    }

    public boolean contains(IpAddress other) {
        byte[] ownBytes = address.bytes();
        byte[] otherBytes = other.bytes();
        if (ownBytes.length != otherBytes.length) {
            return false;
        }
        int wholeBytes = prefixLength / 8;
        for (int i = 0; i < wholeBytes; i++) {
            if (ownBytes[i] != otherBytes[i]) {
                return false;
            }
        }
        int remainingBits = prefixLength % 8;
        if (remainingBits == 0) {
            return true;
        }
        int mask = 0xff << (8 - remainingBits);
        return ((ownBytes[wholeBytes] ^ otherBytes[wholeBytes]) & mask & 0xff) == 0;
    }

    /** Whether the address is the first one of the prefix, so that no bit behind the prefix is set. */
    public boolean startsAtItsAddress() {
        byte[] bytes = address.bytes();
        for (int bit = prefixLength; bit < address.bits(); bit++) {
            if ((bytes[bit / 8] & (0x80 >> (bit % 8))) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether this prefix holds every address of its family: what an exit node announces. */
    public boolean isDefaultRoute() {
        return prefixLength == 0;
    }

    @Override
    public String toString() {
        return address + "/" + prefixLength;
    }
}
