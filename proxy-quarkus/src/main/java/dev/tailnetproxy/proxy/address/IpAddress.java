package dev.tailnetproxy.proxy.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
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
        return AddressSpelling.of(text) instanceof AddressSpelling.Standard standard
                ? Optional.of(standard.address())
                : Optional.empty();
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

    /** The usual text form, without brackets. */
    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("BUG: the constructor checked the length", e);
        }
    }
}
