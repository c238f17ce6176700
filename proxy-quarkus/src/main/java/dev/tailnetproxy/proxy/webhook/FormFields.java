package dev.tailnetproxy.proxy.webhook;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The fields of a form or a query ({@code application/x-www-form-urlencoded}). Each character of a name or value stands for
 * one byte, so that no byte is lost that is not UTF-8.
 */
final class FormFields {

    /** Each value once: Twilio signs a repeated field with its distinct values. */
    private final SortedMap<String, SortedSet<String>> fields = new TreeMap<>();

    private FormFields() {}

    static FormFields parse(byte[] form, String where) {
        FormFields parsed = new FormFields();
        for (String pair : new String(form, StandardCharsets.ISO_8859_1).split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                parsed.fields
                        .computeIfAbsent(decoded(name, where), ignored -> new TreeSet<>())
                        .add(decoded(value, where));
            }
        }
        return parsed;
    }

    private static String decoded(String text, String where) {
        StringBuilder bytes = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next == '%') {
                if (i + 2 >= text.length() || !isHex(text.charAt(i + 1)) || !isHex(text.charAt(i + 2))) {
                    throw new RefusedSignature(RefusalCause.MALFORMED_CONTENT, where);
                }
                bytes.append((char) HexFormat.fromHexDigits(text, i + 1, i + 3));
                i += 2;
            } else {
                bytes.append(next == '+' ? ' ' : next);
            }
        }
        return bytes.toString();
    }

    private static boolean isHex(char digit) {
        return HexFormat.isHexDigit(digit);
    }

    SortedSet<String> values(String name) {
        return fields.getOrDefault(name, new TreeSet<>());
    }

    /** Names and values behind each other, in the order of the names. */
    String sorted() {
        StringBuilder all = new StringBuilder();
        fields.forEach(
                (name, values) -> values.forEach(value -> all.append(name).append(value)));
        return all.toString();
    }
}
