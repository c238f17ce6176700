package dev.tailnetproxy.proxy.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;

/** What a client gets for whose connection there is no room. */
final class Rejection {

    /** There may be many of those. */
    static final long LINGER_MS = 500;

    private static final String SERVICE_UNAVAILABLE_RESPONSE =
            """
            HTTP/1.1 503 Service Unavailable\r
            retry-after: 1\r
            connection: close\r
            content-length: 0\r
            \r
            """;

    private Rejection() {}

    /** @param encoder the handler behind which what is written is encrypted */
    static void write(ChannelHandlerContext encoder) {
        var unused = encoder.writeAndFlush(
                        Unpooled.copiedBuffer(SERVICE_UNAVAILABLE_RESPONSE, StandardCharsets.US_ASCII))
                .addListener(written -> LingeringClose.endOutput(encoder.channel()));
    }
}
