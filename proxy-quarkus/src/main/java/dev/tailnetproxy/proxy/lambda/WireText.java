package dev.tailnetproxy.proxy.lambda;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Header values between JSON, which has characters, and HTTP, which has bytes. Lambda shows the bytes as UTF-8; netty
 * shows them as one character each.
 */
final class WireText {

    private WireText() {}

    static String toWire(String text) {
        return isAscii(text) ? text : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    static String fromWire(String text) {
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
