package dev.tailnetproxy.proxy.policy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads everything as an address that some reader takes for one: {@code inet_aton} with its octal and hexadecimal parts
 * and its missing ones, brackets, zones, a dot at the end, digits and dots of other scripts.
 */
final class LenientAddressParser {

    private LenientAddressParser() {}

    static Optional<InetAddress> read(String text) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKC)
                .replace('\u3002', '.')
                .strip()
                .replaceAll("^\\[|]$", "")
                .replaceAll("%.*$", "")
                .replaceAll("\\.$", "")
                .toLowerCase(Locale.ROOT);
        if (plain.indexOf(':') < 0) {
            return ipv4(plain);
        }
        try {
            return Optional.of(UnreachableAddresses.literal(plain));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** As {@code inet_aton} does: of fewer than four parts the last fills the bytes that are left. */
    private static Optional<InetAddress> ipv4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length > 4 || !Arrays.stream(parts).allMatch(part -> part.matches("[0-9]+|0x[0-9a-f]*"))) {
            return Optional.empty();
        }
        byte[] bytes = new byte[4];
        for (int i = 0; i < parts.length; i++) {
            long value = number(parts[i]);
            int last = i == parts.length - 1 ? 3 : i;
            if (value < 0 || value >= (1L << (8 * (last - i + 1)))) {
                return Optional.empty();
            }
            for (int at = last; at >= i; at--) {
                bytes[at] = (byte) value;
                value >>= 8;
            }
        }
        try {
            return Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Negative for what is no number, or too large a one. */
    private static long number(String part) {
        boolean hexadecimal = part.startsWith("0x");
        boolean octal = !hexadecimal && part.length() > 1 && part.startsWith("0");
        String digits = part.substring(hexadecimal ? 2 : 0);
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, hexadecimal ? 16 : octal ? 8 : 10);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
