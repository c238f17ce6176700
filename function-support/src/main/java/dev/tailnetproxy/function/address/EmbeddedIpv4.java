package dev.tailnetproxy.function.address;

import java.util.ArrayList;
import java.util.List;

/**
 * The IPv4 addresses that an IPv6 address carries: a translator, a tunnel or a router on the way delivers there what is
 * sent to it. What may not be reached by its IPv4 address may not be reached by these either.
 */
public final class EmbeddedIpv4 {

    /** Where four bytes of an IPv4 address stand, in their order. */
    private record Layout(Cidr range, List<Integer> offsets) {

        Layout {
            if (offsets.size() != 4 || !offsets.stream().allMatch(offset -> offset >= 0 && offset < 16)) {
                throw new IllegalArgumentException("not the places of four bytes of an address: " + offsets);
            }
        }

        IpAddress read(byte[] bytes) {
            return IpAddress.of(new byte[] {
                bytes[offsets.get(0)], bytes[offsets.get(1)], bytes[offsets.get(2)], bytes[offsets.get(3)]
            });
        }
    }

    private static final Layout LOCAL_NAT64 = inLastFourBytes("64:ff9b:1::/48");

    /** Forms that mean the same IPv4 address everywhere. */
    private static final List<Layout> UNIVERSAL =
            List.of(inLastFourBytes("::/96"), inLastFourBytes("::ffff:0:0:0/96"), inLastFourBytes("64:ff9b::/96"));

    private static final List<Layout> LAYOUTS = List.of(
            new Layout(Cidr.valid("2002::/16"), List.of(2, 3, 4, 5)),
            // Tailscale's own "4via6" subnet routes.
            inLastFourBytes("fd7a:115c:a1e0:b1a::/64"),
            LOCAL_NAT64);

    /** How RFC 6052 section 2.2 writes an address behind prefixes of 48, 56 and 64 bits: around byte 8. */
    private static final List<Layout> SHORTER_NAT64 = List.of(
            new Layout(LOCAL_NAT64.range(), List.of(6, 7, 9, 10)),
            new Layout(LOCAL_NAT64.range(), List.of(7, 9, 10, 11)),
            new Layout(LOCAL_NAT64.range(), List.of(9, 10, 11, 12)));

    private static final Cidr TEREDO = Cidr.valid("2001::/32");

    private EmbeddedIpv4() {}

    private static Layout inLastFourBytes(String range) {
        return new Layout(Cidr.valid(range), List.of(12, 13, 14, 15));
    }

    /** All that it may carry; more than one where the address does not tell which layout it has. */
    public static List<IpAddress> of(IpAddress address) {
        if (address.isIpv4()) {
            return List.of();
        }
        List<IpAddress> carried = new ArrayList<>();
        byte[] bytes = address.bytes();
        UNIVERSAL.forEach(layout -> addIfContained(layout, address, carried));
        LAYOUTS.forEach(layout -> addIfContained(layout, address, carried));
        for (Layout layout : SHORTER_NAT64) {
            // Zeros are the rest of a longer prefix, and 0.0.0.0/8 is nobody's address.
            if (layout.range().contains(address) && bytes[layout.offsets().get(0)] != 0) {
                carried.add(layout.read(bytes));
            }
        }
        if (TEREDO.contains(address)) {
            carried.add(inverted(bytes));
        }
        if (isIsatap(bytes)) {
            carried.add(address.embeddedIpv4(12));
        }
        return carried;
    }

    /** The IPv4 prefix that this prefix means, wherever it is sent to; the same prefix where there is none. */
    public static Cidr toIpv4Prefix(Cidr prefix) {
        for (Layout layout : UNIVERSAL) {
            if (prefix.prefixLength() >= 96 && layout.range().contains(prefix.address())) {
                return new Cidr(prefix.address().embeddedIpv4(12), prefix.prefixLength() - 96);
            }
        }
        return prefix;
    }

    private static void addIfContained(Layout layout, IpAddress address, List<IpAddress> carried) {
        if (layout.range().contains(address)) {
            carried.add(layout.read(address.bytes()));
        }
    }

    /** Teredo (RFC 4380 section 4) writes the client's address with each bit turned over. */
    private static IpAddress inverted(byte[] bytes) {
        byte[] address = new byte[4];
        for (int i = 0; i < 4; i++) {
            address[i] = (byte) ~bytes[12 + i];
        }
        return IpAddress.of(address);
    }

    /** The interface identifier of ISATAP (RFC 5214 section 6.1), below any prefix. */
    private static boolean isIsatap(byte[] bytes) {
        return (bytes[8] == 0 || bytes[8] == 2) && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == (byte) 0xfe;
    }
}
