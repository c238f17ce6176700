package dev.tailnetproxy.proxy.webhook;

import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * How the bytes of a signature become text. There is one text for given bytes: signatures are compared as text, because
 * decoders accept several, such as base64 with other bits behind its end.
 */
public enum SignatureEncoding {
    HEX("[0-9a-f]+"),
    UPPER_HEX("[0-9A-F]+"),
    BASE64("[A-Za-z0-9+/]+={0,2}"),
    /** Without padding. */
    BASE64URL("[A-Za-z0-9_-]+");

    private final Pattern spelling;

    SignatureEncoding(String spelling) {
        this.spelling = Pattern.compile(spelling);
    }

    String encode(byte[] bytes) {
        return switch (this) {
            case HEX -> HexFormat.of().formatHex(bytes);
            case UPPER_HEX -> HexFormat.of().withUpperCase().formatHex(bytes);
            case BASE64 -> Base64.getEncoder().encodeToString(bytes);
            case BASE64URL -> Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        };
    }

    /** Whether the text has the length and the characters of that many bytes. */
    boolean isSpelling(String text, int bytes) {
        return text.length() == encode(new byte[bytes]).length()
                && spelling.matcher(text).matches();
    }
}
