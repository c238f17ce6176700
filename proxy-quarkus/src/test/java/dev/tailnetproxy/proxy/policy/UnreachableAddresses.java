package dev.tailnetproxy.proxy.policy;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What no request may reach, said a second time and in the JDK's words, so that the policy is not its own judge. */
final class UnreachableAddresses {

    private static final List<String> CLOUD_AND_TAILNET_SERVICES = List.of("100.100.100.100", "fd7a:115c:a1e0::53");

    /** First bytes of the ranges of IPv6 addresses that carry an IPv4 address, and where that stands. */
    private static final List<Carrier> CARRIERS = List.of(
            new Carrier("::", 12, 12),
            new Carrier("::ffff:0:0:0", 12, 12),
            new Carrier("64:ff9b::", 12, 12),
            new Carrier("64:ff9b:1::", 6, 12),
            new Carrier("2002::", 2, 2),
            new Carrier("fd7a:115c:a1e0:b1a::", 8, 12));

    private record Carrier(String first, int prefixBytes, int at) {

        boolean carries(byte[] address) {
            byte[] range = literal(first).getAddress();
            return Arrays.equals(range, 0, prefixBytes, address, 0, prefixBytes);
        }
    }

    private UnreachableAddresses() {}

    /** An address from its literal; asks no resolver. */
    static InetAddress literal(String text) {
        if (!text.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            throw new IllegalArgumentException("not a literal: " + text);
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not a literal: " + text, e);
        }
    }

    static boolean includes(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isMulticastAddress()
                || CLOUD_AND_TAILNET_SERVICES.stream()
                        .anyMatch(service -> literal(service).equals(address))) {
            return true;
        }
        if (address instanceof Inet4Address) {
            int first = bytes[0] & 0xff;
            return first == 0 || first >= 240;
        }
        boolean cloud = bytes[0] == (byte) 0xfd && bytes[1] == 0 && bytes[2] == 0x0e && bytes[3] == (byte) 0xc2;
        return cloud
                || CARRIERS.stream()
                        .filter(carrier -> carrier.carries(bytes))
                        .flatMapToInt(carrier -> IntStream.of(carrier.at()))
                        .anyMatch(at -> includes(ipv4(bytes, at)))
                || otherEmbeddings(bytes).stream()
                        .map(UnreachableAddresses::literal)
                        .anyMatch(UnreachableAddresses::includes);
    }

    /** Teredo, ISATAP, and the layouts of NAT64 around byte 8, as dotted texts. */
    private static List<String> otherEmbeddings(byte[] b) {
        String hex = HexFormat.of().formatHex(b);
        List<String> carried = new ArrayList<>();
        if (hex.startsWith("20010000")) {
            carried.add(dotted(~b[12], ~b[13], ~b[14], ~b[15]));
        }
        if (hex.substring(16).matches("0[02]005efe.*")) {
            carried.add(dotted(b[12], b[13], b[14], b[15]));
        }
        if (hex.startsWith("0064ff9b0001")) {
            carried.add(dotted(b[6], b[7], b[9], b[10]));
            carried.add(dotted(b[7], b[9], b[10], b[11]));
            carried.add(dotted(b[9], b[10], b[11], b[12]));
            carried.removeIf(text -> text.startsWith("0."));
        }
        return carried;
    }

    private static String dotted(int... parts) {
        return IntStream.of(parts).mapToObj(part -> "" + (part & 0xff)).collect(Collectors.joining("."));
    }

    private static InetAddress ipv4(byte[] bytes, int at) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + 4));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
