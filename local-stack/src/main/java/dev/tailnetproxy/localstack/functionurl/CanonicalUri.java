package dev.tailnetproxy.localstack.functionurl;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The canonical path and query of AWS Signature Version 4, for every service but S3. */
final class CanonicalUri {

    private static final HexFormat UPPER = HexFormat.of().withUpperCase();

    private CanonicalUri() {}

    /** Dot segments and empty segments resolved, then each segment encoded once more on top of what was sent. */
    static String path(String sent) {
        Deque<String> segments = new ArrayDeque<>();
        for (String segment : sent.split("/", -1)) {
            if (segment.equals("..")) {
                segments.pollLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.addLast(encode(segment.getBytes(StandardCharsets.UTF_8)));
            }
        }
        String joined = "/" + String.join("/", segments);
        return sent.endsWith("/") && joined.length() > 1 ? joined + "/" : joined;
    }

    /** Each name and value decoded, encoded in one way, and sorted. */
    static String query(String sent) {
        if (sent.isEmpty()) {
            return "";
        }
        List<Map.Entry<String, String>> parameters = new ArrayList<>();
        for (String parameter : sent.split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            String value = equals < 0 ? "" : parameter.substring(equals + 1);
            if (!name.isEmpty() || !value.isEmpty()) {
                parameters.add(Map.entry(encode(decode(name)), encode(decode(value))));
            }
        }
        return parameters.stream()
                .sorted(Map.Entry.<String, String>comparingByKey()
                        .thenComparing(Map.Entry.comparingByValue(Comparator.naturalOrder())))
                .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
                .collect(Collectors.joining("&"));
    }

    /** The query without every parameter of a name. */
    static String queryWithout(String sent, String name) {
        return Arrays.stream(sent.split("&", -1))
                .filter(parameter -> !decodedName(parameter).equals(name))
                .collect(Collectors.joining("&"));
    }

    /** The values of a parameter, decoded; an empty text for one without a value. */
    static List<String> parameters(String sent, String name) {
        return Arrays.stream(sent.split("&", -1))
                .filter(parameter -> decodedName(parameter).equals(name))
                .map(parameter -> parameter.indexOf('=') < 0 ? "" : parameter.split("=", 2)[1])
                .map(value -> new String(decode(value), StandardCharsets.UTF_8))
                .toList();
    }

    private static String decodedName(String parameter) {
        return new String(decode(parameter.split("=", 2)[0]), StandardCharsets.UTF_8);
    }

    private static String encode(byte[] bytes) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : bytes) {
            if (isUnreserved((char) (b & 0xFF))) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(UPPER.toHexDigits(b));
            }
        }
        return encoded.toString();
    }

    private static boolean isUnreserved(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-._~".indexOf(c) >= 0;
    }

    /** A percent sign that starts no escape stands for itself; a plus sign is a plus sign. */
    private static byte[] decode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '%'
                    && i + 2 < bytes.length
                    && HexFormat.isHexDigit(bytes[i + 1])
                    && HexFormat.isHexDigit(bytes[i + 2])) {
                decoded.write(HexFormat.fromHexDigit(bytes[i + 1]) << 4 | HexFormat.fromHexDigit(bytes[i + 2]));
                i += 2;
            } else {
                decoded.write(bytes[i]);
            }
        }
        return decoded.toByteArray();
    }
}
