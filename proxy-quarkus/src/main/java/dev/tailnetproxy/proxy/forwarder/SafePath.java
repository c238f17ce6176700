package dev.tailnetproxy.proxy.forwarder;

import dev.tailnetproxy.contract.PercentEncoding;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HexFormat;

/**
 * A path that every reader takes for the same one, however often it decodes and in whatever way it normalizes: the syntax of
 * RFC 3986, no dot segment, no empty segment but the last, and no escape that stands for a character with a meaning in
 * paths.
 *
 * @param text the path in its encoded form; begins with a slash
 */
public record SafePath(String text) {

    /** The path of a URL without one. */
    public static final SafePath ROOT = new SafePath("/");

    private static final String SEGMENT_PUNCTUATION = "-._~!$&'()*+,;=:@%";

    /** What separates or changes a path for some reader; encoded, it is a separator only for readers that decode first. */
    private static final String MEANINGFUL = "./\\%;?#";

    /**
     * What code pages of Windows make a slash, a backslash or a percent sign of, and normalization does not: yen, won,
     * fraction slash and others.
     */
    private static final String BEST_FIT = "\u00a5\u20a9\u0337\u0338\u2044\u2215\u20e5\u2216\u066a";

    /** What a decoded path must not hold, because it may have been an escape. A slash may have been one as well. */
    private static final String AMBIGUOUS_WHEN_DECODED = "%?#\\;\ufffd";

    /** Checks the path. The message of the exception goes on from a name of the path. */
    public SafePath {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("does not begin with a slash");
        }
        String[] segments = text.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            if (segments[i].isEmpty() && i < segments.length - 1) {
                throw new IllegalArgumentException("has an empty segment");
            }
            checkSyntax(segments[i]);
            String decoded = decoded(segments[i]);
            checkBeyondAscii(decoded);
            checkMeaning(decoded);
        }
    }

    /**
     * The path whose escapes a gateway has decoded.
     *
     * @throws IllegalArgumentException when more than one encoded path may have led to it
     */
    public static SafePath ofDecoded(String decoded) {
        StringBuilder encoded = new StringBuilder(decoded.length());
        for (int i = 0; i < decoded.length(); i++) {
            char c = decoded.charAt(i);
            if (Character.isISOControl(c) || AMBIGUOUS_WHEN_DECODED.indexOf(c) >= 0) {
                throw new IllegalArgumentException("holds a character that may have been encoded, or not");
            }
            if (c == '/' || isSegmentCharacter(c)) {
                encoded.append(c);
            } else {
                int end = Character.isHighSurrogate(c) ? Math.min(i + 2, decoded.length()) : i + 1;
                appendEscapes(decoded.substring(i, end), encoded);
                i = end - 1;
            }
        }
        return new SafePath(encoded.toString());
    }

    private static void appendEscapes(String character, StringBuilder encoded) {
        try {
            ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(character));
            while (utf8.hasRemaining()) {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(utf8.get()));
            }
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("is not a text", e);
        }
    }

    /**
     * This path as the base of another one (RFC 3986 section 5.2): the other one without its slash is a relative reference
     * to this path as a folder. An empty reference is this path itself.
     */
    public SafePath append(SafePath other) {
        if (other.text.equals("/")) {
            return this;
        }
        return new SafePath(text.endsWith("/") ? text + other.text.substring(1) : text + other.text);
    }

    /** The path that is meant, for comparisons. No escape stands for a separator, so that this is one path only. */
    public String decoded() {
        return decoded(text);
    }

    private static void checkSyntax(String segment) {
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (!isSegmentCharacter(c)) {
                throw new IllegalArgumentException("holds characters that must be encoded");
            }
            if (c == '%') {
                checkEscape(segment, i);
            }
        }
    }

    private static void checkEscape(String segment, int percent) {
        boolean complete = percent + 2 < segment.length()
                && HexFormat.isHexDigit(segment.charAt(percent + 1))
                && HexFormat.isHexDigit(segment.charAt(percent + 2));
        if (!complete) {
            throw new IllegalArgumentException("has a percent sign without two hexadecimal digits");
        }
        char meant = (char) HexFormat.fromHexDigits(segment, percent + 1, percent + 3);
        if (meant < ' ' || meant == 0x7f || MEANINGFUL.indexOf(meant) >= 0) {
            throw new IllegalArgumentException(
                    "encodes a character that has a meaning in paths, or a control character");
        }
    }

    /** Some servers map characters to similar ones in ASCII: a full-width dot or slash would become a real one. */
    private static void checkBeyondAscii(String decoded) {
        decoded.codePoints().filter(c -> c >= 0x80).forEach(c -> {
            int type = Character.getType(c);
            String similar = Normalizer.normalize(Character.toString(c), Normalizer.Form.NFKC);
            if (type == Character.CONTROL
                    || type == Character.FORMAT
                    || BEST_FIT.indexOf(c) >= 0
                    || similar.chars().anyMatch(s -> MEANINGFUL.indexOf(s) >= 0)) {
                throw new IllegalArgumentException(
                        "holds a character that can be taken for one with a meaning in paths");
            }
        });
    }

    /**
     * Dot segments, also where a reader drops what begins at a semicolon, or blanks and more dots at the end of a name. So is
     * a segment of parameters alone, which such a reader takes for an empty one.
     */
    private static void checkMeaning(String decoded) {
        int semicolon = decoded.indexOf(';');
        String name = semicolon < 0 ? decoded : decoded.substring(0, semicolon);
        boolean isNoName = name.codePoints().allMatch(c -> c == '.' || Character.isSpaceChar(c));
        if (isNoName && !decoded.isEmpty()) {
            throw new IllegalArgumentException("has a dot segment, or one that some reader drops");
        }
    }

    private static String decoded(String encoded) {
        byte[] bytes = PercentEncoding.decode(encoded.getBytes(StandardCharsets.US_ASCII));
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("has escapes that are not UTF-8", e);
        }
    }

    private static boolean isSegmentCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || SEGMENT_PUNCTUATION.indexOf(c) >= 0;
    }
}
