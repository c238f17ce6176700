package dev.tailnetproxy.proxy.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpScheme;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests of HTTP/2 such that the rest of the proxy reads them as it reads those of HTTP/1.1, and refuses what Vert.x
 * would pass over. Netty refuses connection-specific fields, and bodies that are not of the length which is announced.
 */
final class Http2RequestNormalizer extends Http2FrameListenerDecorator {

    Http2RequestNormalizer(Http2FrameListener listener) {
        super(listener);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context, int streamId, Http2Headers headers, int padding, boolean endOfStream)
            throws Http2Exception {
        prepare(streamId, headers);
        super.onHeadersRead(context, streamId, headers, padding, endOfStream);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context,
            int streamId,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endOfStream)
            throws Http2Exception {
        prepare(streamId, headers);
        super.onHeadersRead(context, streamId, headers, dependency, weight, exclusive, padding, endOfStream);
    }

    private static void prepare(int streamId, Http2Headers headers) throws Http2Exception {
        if (headers.method() == null) {
            // Trailers, or nothing that Vert.x takes for a request.
            return;
        }
        if (headers.contains(Http2Headers.PseudoHeaderName.PROTOCOL.value())) {
            throw malformed(streamId, "extended CONNECT is not offered");
        }
        if (headers.scheme() != null && !isHttp(headers.scheme())) {
            throw malformed(streamId, "the scheme is another than http and https");
        }
        joinHost(streamId, headers);
        joinCookies(headers);
    }

    private static boolean isHttp(CharSequence scheme) {
        return HttpScheme.HTTPS.name().contentEqualsIgnoreCase(scheme)
                || HttpScheme.HTTP.name().contentEqualsIgnoreCase(scheme);
    }

    /** {@code :authority} stands for {@code Host} (RFC 9113 section 8.3.1). Vert.x would take the first of several. */
    private static void joinHost(int streamId, Http2Headers headers) throws Http2Exception {
        List<CharSequence> hosts = headers.getAll(HttpHeaderNames.HOST);
        CharSequence authority = headers.authority();
        if (hosts.size() > 1) {
            throw malformed(streamId, "the header host is given more than once");
        }
        if (authority == null && !hosts.isEmpty()) {
            headers.authority(hosts.get(0));
        } else if (authority != null && hosts.isEmpty()) {
            headers.set(HttpHeaderNames.HOST, authority);
        } else if (authority != null && !areEqual(authority, hosts.get(0))) {
            throw malformed(streamId, "the header host is not the authority");
        }
    }

    private static boolean areEqual(CharSequence one, @Nullable CharSequence other) {
        return other != null && one.toString().equalsIgnoreCase(other.toString());
    }

    /** They are one field outside HTTP/2 (RFC 9113 section 8.2.3). */
    private static void joinCookies(Http2Headers headers) {
        List<CharSequence> cookies = headers.getAll(HttpHeaderNames.COOKIE);
        if (cookies.size() > 1) {
            headers.set(HttpHeaderNames.COOKIE, String.join("; ", cookies));
        }
    }

    private static Http2Exception malformed(int streamId, String reason) {
        return Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, reason);
    }
}
