package dev.tailnetproxy.function.address;

import java.util.Arrays;
import java.util.Optional;

/** An IPv4 or IPv6 address as a value. IPv4-mapped IPv6 addresses do not exist here: they are the IPv4 address. */
public final class IpAddress {

    private final byte[] bytes;

    private IpAddress(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The address of 4 or 16 bytes in network order. */
    public static IpAddress of(byte[] bytes) {
        if (bytes.length != 4 && bytes.length != 16) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length);
        }
        return new IpAddress(isMapped(bytes) ? Arrays.copyOfRange(bytes, 12, 16) : bytes.clone());
    }

    /** The address that a standard spelling names; see {@link AddressSpelling}. */
    public static Optional<IpAddress> parse(String text) {
        return AddressSpelling.of(text).address();
    }

    private static boolean isMapped(byte[] bytes) {
        if (bytes.length != 16) {
            return false;
        }
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return bytes[10] == (byte) 0xff && bytes[11] == (byte) 0xff;
    }

    public boolean isIpv4() {
        return bytes.length == 4;
    }

    /** Number of bits: 32 or 128. */
    public int bits() {
        return bytes.length * 8;
    }

    byte[] bytes() {
        return bytes;
    }

    /** The IPv4 address in bytes {@code from} to {@code from + 3} of this IPv6 address. */
    public IpAddress embeddedIpv4(int from) {
        return of(Arrays.copyOfRange(bytes, from, from + 4));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpAddress address && Arrays.equals(bytes, address.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The canonical text form (RFC 5952 for IPv6), without brackets. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(39);
        if (isIpv4()) {
            for (byte part : bytes) {
                text.append(text.isEmpty() ? "" : ".").append(part & 0xff);
            }
            return text.toString();
        }
        int gap = longestRunOfZeros();
        for (int i = 0; i < 8; i++) {
            if (i == gap) {
                text.append("::");
                i += zerosFrom(i) - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(group(i)));
            }
        }
        return text.toString();
    }

    private int group(int i) {
        return (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
    }

    private int zerosFrom(int start) {
        int end = start;
        while (end < 8 && group(end) == 0) {
            end++;
        }
        return end - start;
    }

    /** Index of the first group of the longest run of at least two zero groups; -1 when there is none. */
    private int longestRunOfZeros() {
        int best = -1;
        for (int i = 0; i < 8; i++) {
            if (zerosFrom(i) >= 2 && (best < 0 || zerosFrom(i) > zerosFrom(best))) {
                best = i;
            }
        }
        return best;
    }
}
