package dev.tailnetproxy.function.address;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Reads the standard spellings of addresses. It is done for every request, and by hand, as a pattern takes more memory than
 * all the rest of it.
 */
final class AddressText {

    private static final int NO_NUMBER = -1;

    private AddressText() {}

    /** The WHATWG URL rule: a host whose last label is a number, decimal, octal or hexadecimal, is meant as IPv4. */
    static boolean endsInANumber(String text) {
        int end = text.endsWith(".") ? text.length() - 1 : text.length();
        int start = text.lastIndexOf('.', end - 1) + 1;
        return areDigits(text, start, end)
                || (text.regionMatches(true, start, "0x", 0, 2) && areHexDigits(text, start + 2, end));
    }

    /** The bytes of four decimal numbers; null for anything else. */
    static byte @Nullable [] ipv4(String text) {
        byte[] bytes = new byte[4];
        int start = 0;
        for (int i = 0; i < 4; i++) {
            int end = i < 3 ? text.indexOf('.', start) : text.length();
            int number = end < 0 ? NO_NUMBER : decimalByte(text, start, end);
            if (number == NO_NUMBER) {
                return null;
            }
            bytes[i] = (byte) number;
            start = end + 1;
        }
        return bytes;
    }

    /** The decimal number of 0 to 255 without leading zeros that stands there. */
    private static int decimalByte(String text, int start, int end) {
        int length = end - start;
        boolean leadingZero = length > 1 && text.charAt(start) == '0';
        if (length > 3 || leadingZero || !areDigits(text, start, end)) {
            return NO_NUMBER;
        }
        int number = Integer.parseInt(text, start, end, 10);
        return number > 255 ? NO_NUMBER : number;
    }

    private static boolean areDigits(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return start < end;
    }

    /** Digits of ASCII only, unlike {@link Character#digit}. */
    private static boolean areHexDigits(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (!HexFormat.isHexDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** The bytes of a form of RFC 4291 section 2.2; null for anything else. */
    static byte @Nullable [] ipv6(String text) {
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
            } else if (isGroup(parts[i])) {
                int group = Integer.parseInt(parts[i], 16);
                bytes[length++] = (byte) (group >> 8);
                bytes[length++] = (byte) group;
            } else {
                return null;
            }
        }
        return length > 16 ? null : Arrays.copyOf(bytes, length);
    }

    private static boolean isGroup(String text) {
        return !text.isEmpty() && text.length() <= 4 && areHexDigits(text, 0, text.length());
    }
}
