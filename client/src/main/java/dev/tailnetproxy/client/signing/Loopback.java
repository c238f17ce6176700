package dev.tailnetproxy.client.signing;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Whether a URL leads to this machine by what stands in it; no name is resolved. */
final class Loopback {

    private static final Pattern NUMBERS = Pattern.compile("127(\\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}");

    private Loopback() {}

    /** {@code localhost}, an address of 127.0.0.0/8 with four numbers, or ::1 in any spelling. */
    static boolean isHost(String host) {
        return host.equalsIgnoreCase("localhost") || NUMBERS.matcher(host).matches() || isIpv6Loopback(host);
    }

    private static boolean isIpv6Loopback(String host) {
        // Brackets make it an address, so that nobody is asked; one with a zone could name an interface.
        if (!host.startsWith("[") || host.indexOf('%') >= 0) {
            return false;
        }
        try {
            return InetAddress.getByName(host) instanceof Inet6Address address && address.isLoopbackAddress();
        } catch (UnknownHostException noAddress) {
            return false;
        }
    }
}
