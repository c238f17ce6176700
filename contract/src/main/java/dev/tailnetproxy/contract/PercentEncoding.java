package dev.tailnetproxy.contract;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Percent-encoding (RFC 3986 section 2.1) as whoever checks a signature undoes it: once. */
public final class PercentEncoding {

    private PercentEncoding() {}

    /** The bytes that are meant. A percent sign without two hexadecimal digits behind it stands for itself. */
    public static byte[] decode(byte[] encoded) {
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(encoded.length);
        for (int i = 0; i < encoded.length; i++) {
            boolean escape = encoded[i] == '%'
                    && i + 2 < encoded.length
                    && HexFormat.isHexDigit(encoded[i + 1])
                    && HexFormat.isHexDigit(encoded[i + 2]);
            decoded.write(
                    escape
                            ? HexFormat.fromHexDigit(encoded[++i]) << 4 | HexFormat.fromHexDigit(encoded[++i])
                            : encoded[i]);
        }
        return decoded.toByteArray();
    }
}
