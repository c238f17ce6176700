package dev.tailnetproxy.proxy.forwarder;

import dev.tailnetproxy.contract.PathGrammar;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A path that every reader takes for the same one ({@link PathGrammar}).
 *
 * @param text the path in its encoded form; begins with a slash
 */
public record SafePath(String text) {

    /** What a decoded path must not hold, because it may have been an escape. A slash may have been one as well. */
    private static final String AMBIGUOUS_WHEN_DECODED = "%?#\\;\ufffd";

    /** Checks the path. The message of the exception goes on from a name of the path. */
    public SafePath {
        PathGrammar.check(text);
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
            if (c == '/' || PathGrammar.isSegmentCharacter(c)) {
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
        return PathGrammar.decode(text);
    }
}
