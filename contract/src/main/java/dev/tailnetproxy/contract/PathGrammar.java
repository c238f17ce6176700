package dev.tailnetproxy.contract;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HexFormat;

/**
 * Paths that every reader takes for the same one, however often it decodes and in whatever way it normalizes: the syntax of
 * RFC 3986, no dot segment, no empty segment but the last, and no escape that stands for a character with a meaning in
 * paths.
 */
public final class PathGrammar {

    private static final String SEGMENT_PUNCTUATION = "-._~!$&'()*+,;=:@%";

    /** What separates or changes a path for some reader; encoded, it is a separator only for readers that decode first. */
    private static final String MEANINGFUL = "./\\%;?#";

    /**
     * What code pages of Windows make a slash, a backslash or a percent sign of, and normalization does not: yen, won,
     * fraction slash and others.
     */
    private static final String BEST_FIT = "\u00a5\u20a9\u0337\u0338\u2044\u2215\u20e5\u2216\u066a";

    private PathGrammar() {}

    /**
     * Checks a path in its encoded form.
     *
     * @throws IllegalArgumentException for one with several readings; its message goes on from a name of the path
     */
    public static void check(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("does not begin with a slash");
        }
        String[] segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            if (segments[i].isEmpty() && i < segments.length - 1) {
                throw new IllegalArgumentException("has an empty segment");
            }
            checkSyntax(segments[i]);
            String decoded = decode(segments[i]);
            checkBeyondAscii(decoded);
            checkMeaning(decoded);
        }
    }

    /** The path or segment without escapes. */
    public static String decode(String encoded) {
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

    /** Whether a segment may hold this character, be it the beginning of an escape. */
    public static boolean isSegmentCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || SEGMENT_PUNCTUATION.indexOf(c) >= 0;
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
}
