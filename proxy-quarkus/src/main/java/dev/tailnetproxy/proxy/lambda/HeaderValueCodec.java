package dev.tailnetproxy.proxy.lambda;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Header values between JSON, which has characters, and HTTP, which has bytes. Lambda shows the bytes as UTF-8; netty
 * shows them as one character each.
 */
final class HeaderValueCodec {

    private HeaderValueCodec() {}

    /** The text as bytes, one character each; empty when it has half a surrogate pair, which no bytes stand for. */
    static Optional<String> encode(String text) {
        return isAscii(text)
                ? Optional.of(text)
                : utf8(text)
                        .map(bytes -> StandardCharsets.ISO_8859_1.decode(bytes).toString());
    }

    /** The text in UTF-8; empty when it has half a surrogate pair, of which {@code getBytes} makes a question mark. */
    static Optional<ByteBuffer> utf8(String text) {
        try {
            return Optional.of(StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text)));
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    static String decode(String text) {
        if (isAscii(text)) {
            return text;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            // Old servers send ISO 8859-1 (RFC 9110 section 5.5); its characters are the best that JSON can carry.
            return text;
        }
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }
}
