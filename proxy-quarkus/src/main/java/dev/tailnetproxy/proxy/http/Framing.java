package dev.tailnetproxy.proxy.http;

import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * How a message says where its body ends (RFC 9112 section 6). What two readers could understand in two ways is refused,
 * in a request and in a response: the one would take for the body what the other one takes for the next message.
 *
 * @param chunked whether the body comes in chunks
 * @param length what {@code Content-Length} says
 */
public record Framing(boolean chunked, OptionalLong length) {

    /** Longer numbers would not fit. */
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    public Framing {
        if (chunked && length.isPresent()) {
            throw new IllegalArgumentException("content-length stands beside transfer-encoding");
        }
    }

    /**
     * The framing of a message.
     *
     * @param supportsChunked whether the message is of a version of HTTP that has them; HTTP/1.0 has not
     * @throws IllegalArgumentException with a sentence that quotes nothing of the message, when there are two readings
     */
    public static Framing of(Headers headers, boolean supportsChunked) {
        return of(headers.all("transfer-encoding"), headers.all("content-length"), supportsChunked);
    }

    /**
     * The framing of a message with these values of {@code Transfer-Encoding} and {@code Content-Length}.
     *
     * @param supportsChunked whether the message is of a version of HTTP that has them; HTTP/1.0 has not
     * @throws IllegalArgumentException with a sentence that quotes nothing of the message, when there are two readings
     */
    public static Framing of(List<String> transferEncodings, List<String> contentLengths, boolean supportsChunked) {
        return new Framing(chunked(transferEncodings, supportsChunked), length(contentLengths));
    }

    /** The proxy undoes no other coding, and the field that names it does not go on. */
    private static boolean chunked(List<String> codings, boolean supportsChunked) {
        if (codings.isEmpty()) {
            return false;
        }
        if (!supportsChunked) {
            throw new IllegalArgumentException("HTTP/1.0 has no transfer-encoding");
        }
        if (codings.size() > 1 || !codings.get(0).equalsIgnoreCase("chunked")) {
            throw new IllegalArgumentException("transfer-encoding is another than chunked");
        }
        return true;
    }

    /** The same length several times is one. */
    private static OptionalLong length(List<String> values) {
        String only = null;
        for (String value : values) {
            for (String length : value.split(",", -1)) {
                String number = length.strip();
                if (!NUMBER.matcher(number).matches() || (only != null && !only.equals(number))) {
                    throw new IllegalArgumentException("content-length is not one number");
                }
                only = number;
            }
        }
        return only == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(only));
    }
}
