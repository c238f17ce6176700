package dev.tailnetproxy.client.signing;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** UTF-8 as it is written in URIs; what is none is refused, where {@link String} would put another character. */
final class Utf8 {

    private static final HexFormat UPPER = HexFormat.of().withUpperCase();

    private Utf8() {}

    /**
     * Percent-encodes what is beyond ASCII, so that what is signed is what is sent: the JDK's client would encode it
     * later. Unlike {@link java.net.URI#toASCIIString} it does not compose characters.
     *
     * @throws IllegalArgumentException when a surrogate stands alone
     */
    static String escapeNonAscii(String text) {
        ByteBuffer bytes;
        try {
            bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException loneSurrogate) {
            throw new IllegalArgumentException("a path or query holds half a character", loneSurrogate);
        }
        StringBuilder escaped = new StringBuilder(bytes.remaining());
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            if (next < 0) {
                escaped.append('%').append(UPPER.toHexDigits(next));
            } else {
                escaped.append((char) next);
            }
        }
        return escaped.toString();
    }

    /** The text of bytes. */
    static String text(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }
}
