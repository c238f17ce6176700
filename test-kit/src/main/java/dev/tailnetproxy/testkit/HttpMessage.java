package dev.tailnetproxy.testkit;

import java.util.List;

/**
 * One HTTP/1.1 message, exactly as received.
 *
 * @param headerSection start line and header fields
 * @param body its content, without chunks
 * @param trailers the field lines behind the last chunk
 */
@SuppressWarnings("ArrayRecordComponent") // tests compare the parts
public record HttpMessage(HeaderSection headerSection, byte[] body, List<String> trailers) {

    /** A message. */
    public HttpMessage {
        trailers = List.copyOf(trailers);
    }

    /** A message without trailers. */
    public HttpMessage(HeaderSection headerSection, byte[] body) {
        this(headerSection, body, List.of());
    }

    /** A message without a body. */
    public HttpMessage(HeaderSection headerSection) {
        this(headerSection, new byte[0]);
    }
}
