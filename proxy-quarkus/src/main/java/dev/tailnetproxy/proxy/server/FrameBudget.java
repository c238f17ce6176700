package dev.tailnetproxy.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Ends a connection of HTTP/2 whose client sends more frames than go with its requests: those that carry no request and cost
 * the client a few bytes each. What libraries send beside requests and responses is far below. RST_STREAM, pieces of header
 * sections and empty DATA frames in a row have bounds of their own in Netty.
 */
final class FrameBudget extends Http2FrameListenerDecorator {

    private static final int FREE_FRAMES = 1000;

    private static final long FREE_EVERY_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Older clients say for each request how it depends on others. */
    private static final int FRAMES_FOR_A_REQUEST = 10;

    /** Whoever reads a response grants windows, and measures the way meanwhile. */
    private static final int BYTES_FOR_A_FRAME = 512;

    private final LongSupplier writtenBytes;
    private long since = System.nanoTime();
    private long allowed = FREE_FRAMES;
    private long paidBytes;

    /** @param writtenBytes how many bytes have been written to the client so far */
    FrameBudget(Http2FrameListener listener, LongSupplier writtenBytes) {
        super(listener);
        this.writtenBytes = writtenBytes;
    }

    private void spend() throws Http2Exception {
        allowed--;
        if (allowed < 0) {
            refill();
        }
        if (allowed < 0) {
            throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "too many frames without a request");
        }
    }

    private void refill() {
        long written = writtenBytes.getAsLong();
        allowed += (written - paidBytes) / BYTES_FOR_A_FRAME;
        paidBytes = written;
        long now = System.nanoTime();
        if (now - since > FREE_EVERY_NANOS) {
            since = now;
            allowed = Math.max(allowed, FREE_FRAMES);
        }
    }

    @Override
    public int onDataRead(ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean endOfStream)
            throws Http2Exception {
        if (!data.isReadable() && !endOfStream) {
            spend();
        }
        return super.onDataRead(context, streamId, data, padding, endOfStream);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context, int streamId, Http2Headers headers, int padding, boolean endOfStream)
            throws Http2Exception {
        allowed += FRAMES_FOR_A_REQUEST;
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
        allowed += FRAMES_FOR_A_REQUEST;
        super.onHeadersRead(context, streamId, headers, dependency, weight, exclusive, padding, endOfStream);
    }

    @Override
    public void onPriorityRead(
            ChannelHandlerContext context, int streamId, int dependency, short weight, boolean exclusive)
            throws Http2Exception {
        spend();
        super.onPriorityRead(context, streamId, dependency, weight, exclusive);
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) throws Http2Exception {
        spend();
        super.onSettingsRead(context, settings);
    }

    @Override
    public void onSettingsAckRead(ChannelHandlerContext context) throws Http2Exception {
        spend();
        super.onSettingsAckRead(context);
    }

    @Override
    public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
        spend();
        super.onPingRead(context, data);
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext context, long data) throws Http2Exception {
        spend();
        super.onPingAckRead(context, data);
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext context, int streamId, int increment) throws Http2Exception {
        spend();
        super.onWindowUpdateRead(context, streamId, increment);
    }

    @Override
    public void onUnknownFrame(
            ChannelHandlerContext context, byte frameType, int streamId, Http2Flags flags, ByteBuf payload)
            throws Http2Exception {
        spend();
        super.onUnknownFrame(context, frameType, streamId, flags, payload);
    }
}
