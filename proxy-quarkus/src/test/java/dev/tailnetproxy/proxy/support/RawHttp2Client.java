package dev.tailnetproxy.proxy.support;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/** A connection of HTTP/2 over TLS on which a test sends the frames that it likes. */
public final class RawHttp2Client {

    private final Channel channel;
    private final Http2ConnectionHandler http2;
    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    private final Set<Integer> unread = ConcurrentHashMap.newKeySet();
    private final Map<Integer, Long> received = new ConcurrentHashMap<>();

    public RawHttp2Client(Vertx vertx, int port) {
        this(vertx, port, options());
    }

    /** One that connects in another way than with {@link #options()}, or grants other windows. */
    public RawHttp2Client(Vertx vertx, int port, HttpClientOptions options) {
        ConnectionBase connection = (ConnectionBase)
                TestServer.await(vertx.createHttpClient(options).request(HttpMethod.GET, port, "127.0.0.1", "/"))
                        .connection();
        channel = connection.channel();
        http2 = channel.pipeline().get(Http2ConnectionHandler.class);
        channel.eventLoop()
                .submit(() -> {
                    http2.decoder().frameListener(new EventRecorder());
                    // The test may open more streams than the proxy wants to have.
                    http2.connection().local().maxActiveStreams(Integer.MAX_VALUE);
                })
                .syncUninterruptibly();
    }

    /** Over TLS, to whoever is there. */
    public static HttpClientOptions options() {
        return new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setUseAlpn(true)
                .setSsl(true)
                .setTrustAll(true)
                .setVerifyHost(false);
    }

    /** The fields of a request for the harness's target, of which nothing is checked. */
    public static Http2Headers headers(String... namesAndValues) {
        Http2Headers headers = new DefaultHttp2Headers(false);
        headers.method("GET").scheme("https").path("/").authority("proxy");
        headers.add("ts-target-ip", TestProxy.PEER).add("ts-target-port", "80");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    /** Sends a header section. */
    public int send(Http2Headers headers, boolean last) {
        int[] id = new int[1];
        run(() -> {
            id[0] = http2.connection().local().incrementAndGetNextStreamId();
            write(id[0], headers, last);
        });
        return id[0];
    }

    /** Sends trailers. */
    public void trailers(int id, String name, String value) {
        run(() -> write(id, new DefaultHttp2Headers(false).add(name, value), true));
    }

    /** Sends a piece of a body. */
    public void data(int id, String text, boolean last) {
        run(() -> {
            var unused = http2.encoder()
                    .writeData(
                            context(),
                            id,
                            Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII),
                            0,
                            last,
                            channel.newPromise());
        });
    }

    /** Waits until the proxy's windows have let all of a body go. */
    public void awaitSent(int id) {
        Awaitility.await().until(() -> channel.eventLoop()
                .submit(() -> {
                    Http2Stream stream = http2.connection().stream(id);
                    return stream == null || !http2.encoder().flowController().hasFlowControlled(stream);
                })
                .get());
    }

    public void reset(int id) {
        run(() -> {
            var unused = http2.encoder().writeRstStream(context(), id, 8, channel.newPromise());
        });
    }

    /** Sends a frame of any content. */
    public void frame(int type, int flags, int id, byte... payload) {
        frames(1, type, flags, id, payload);
    }

    /** Sends the same frame several times, at once. */
    public void frames(int count, int type, int flags, int id, byte... payload) {
        run(() -> {
            ByteBuf bytes = Unpooled.buffer();
            for (int i = 0; i < count; i++) {
                bytes.writeMedium(payload.length)
                        .writeByte(type)
                        .writeByte(flags)
                        .writeInt(id)
                        .writeBytes(payload);
            }
            var unused = context().write(bytes);
        });
    }

    /** What comes on this stream takes its window from now on, and it gets no other. */
    public void doNotRead(int id) {
        unread.add(id);
    }

    /** How many bytes of content have come on a stream. */
    public long received(int id) {
        return received.getOrDefault(id, 0L);
    }

    private void write(int id, Http2Headers headers, boolean last) {
        var unused = http2.encoder().writeHeaders(context(), id, headers, 0, last, channel.newPromise());
    }

    private ChannelHandlerContext context() {
        return channel.pipeline().context(http2);
    }

    private void run(Runnable frames) {
        channel.eventLoop()
                .submit(() -> {
                    // The proxy may have ended the connection before the test has sent all.
                    if (channel.isActive()) {
                        frames.run();
                        channel.flush();
                    }
                })
                .syncUninterruptibly();
    }

    /** Status and error of the next response, or that a stream or the connection has been ended. */
    public String end() throws Exception {
        String end = ends.poll(30, TimeUnit.SECONDS);
        if (end == null) {
            throw new TimeoutException("nothing came");
        }
        return end;
    }

    public boolean awaitClose() {
        return channel.closeFuture().awaitUninterruptibly(30, TimeUnit.SECONDS);
    }

    private final class EventRecorder extends Http2FrameAdapter {

        @Override
        public void onHeadersRead(
                ChannelHandlerContext context, int id, Http2Headers headers, int padding, boolean endOfStream) {
            CharSequence error = headers.get("ts-error-name");
            ends.add(headers.status() + (error == null ? "" : " " + error));
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext context,
                int id,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean endOfStream) {
            onHeadersRead(context, id, headers, padding, endOfStream);
        }

        @Override
        public int onDataRead(ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean endOfStream) {
            received.merge(id, (long) data.readableBytes(), Long::sum);
            return unread.contains(id) ? 0 : data.readableBytes() + padding;
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext context, int id, long errorCode) {
            ends.add("reset " + errorCode);
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext context, int last, long errorCode, ByteBuf debugData) {
            ends.add("goaway " + errorCode + " behind " + last);
        }
    }
}
