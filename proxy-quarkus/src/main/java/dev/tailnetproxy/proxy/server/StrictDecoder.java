package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.TunnelEnd;
import dev.tailnetproxy.proxy.http.UpgradeOffer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpConstants;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads requests of HTTP/1, and refuses what Netty reads in one of several ways. One with both Content-Length and
 * Transfer-Encoding: whoever stands in front of the proxy may have believed the length, and the rest of the body would be
 * a request that it never saw (RFC 9112 section 11.2). One whose request line is not parted by single spaces, or has
 * anything but empty lines before it (sections 2.2 and 3). A connection of HTTP/1.0 is not kept.
 */
final class StrictDecoder extends VertxHttpRequestDecoder {

    /** Netty refuses a request line that begins with it. */
    private static final int REFUSED = 0;

    private final Http1ClientConnection clientConnection;
    private HttpVersion version = HttpVersion.HTTP_1_1;
    private boolean betweenRequests = true;
    private boolean inBody;
    private boolean rejectMalformed;
    private boolean upgradeOffered;
    private boolean atUpgrade;
    private int tokenEnd;

    StrictDecoder(HttpServerOptions options, Http1ClientConnection clientConnection) {
        super(options);
        this.clientConnection = clientConnection;
    }

    @Override
    protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
        if (start != 0) {
            throw new IllegalArgumentException("a space stands before the request line");
        }
        tokenEnd = length;
        return super.splitFirstWordInitialLine(line, start, length);
    }

    @Override
    protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
        checkSeparator(line, start);
        tokenEnd = start + length;
        return super.splitSecondWordInitialLine(line, start, length);
    }

    @Override
    protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
        checkSeparator(line, start);
        return super.splitThirdWordInitialLine(line, start, length);
    }

    private void checkSeparator(byte[] line, int start) {
        if (start != tokenEnd + 1 || line[tokenEnd] != HttpConstants.SP) {
            throw new IllegalArgumentException("the request line is not parted by single spaces");
        }
    }

    /** As one of HTTP/1.1 until its header section is read, because Netty takes the first of two lengths of HTTP/1.0. */
    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        clientConnection.requestReceived();
        HttpMessage message = super.createMessage(initialLine);
        version = message.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_0) && !version.equals(HttpVersion.HTTP_1_1)) {
            throw new IllegalArgumentException("the request is neither of HTTP/1.0 nor of HTTP/1.1");
        }
        return message.setProtocolVersion(HttpVersion.HTTP_1_1);
    }

    /** Netty asks when it has the whole header section, and before it looks for the body. */
    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        return super.isContentAlwaysEmpty(message.setProtocolVersion(version));
    }

    /** Those that could not be read as well: their 400 ends the connection too. */
    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) throws Exception {
        if (atUpgrade) {
            out.add(bytes.readRetainedSlice(bytes.readableBytes()));
            return;
        }
        if (betweenRequests && !isAtRequest(bytes)) {
            return;
        }
        int previousSize = out.size();
        int from = bytes.readerIndex();
        super.decode(context, bytes, out);
        for (Object part : out.subList(previousSize, out.size())) {
            if (part instanceof HttpMessage message) {
                inBody = true;
                count(message);
                closeAfter(message);
                upgradeOffered = isUpgradeOffered(message);
            }
            betweenRequests = part instanceof LastHttpContent;
            inBody &= !betweenRequests;
        }
        if (upgradeOffered && betweenRequests) {
            atUpgrade = true;
            TunnelEnd.addBehind(context);
        }
        if (!inBody && !betweenRequests && !rejectMalformed) {
            clientConnection.sections().bytesReceived(bytes, from);
        }
    }

    /** Behind such a request there is no other one: either the protocol changes, or the connection ends. */
    private static boolean isUpgradeOffered(HttpMessage message) {
        return message.decoderResult().isSuccess()
                && message.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && UpgradeOffer.of(message.headers()::getAll).isPresent();
    }

    /**
     * Passes over empty lines (RFC 9112 section 2.2). Netty passes over any mix of CR and LF, which another reader may
     * take for a part of a line.
     *
     * @return whether the bytes begin with a request line
     */
    private boolean isAtRequest(ByteBuf bytes) {
        while (bytes.isReadable()) {
            byte first = bytes.getByte(bytes.readerIndex());
            if (first != HttpConstants.CR && first != HttpConstants.LF) {
                betweenRequests = false;
                return true;
            }
            if (first == HttpConstants.CR && bytes.readableBytes() == 1) {
                return false;
            }
            if (first == HttpConstants.LF || bytes.getByte(bytes.readerIndex() + 1) != HttpConstants.LF) {
                bytes.setByte(bytes.readerIndex(), REFUSED);
                return true;
            }
            bytes.skipBytes(2);
        }
        return false;
    }

    /** Behind what is no HTTP nothing is kept. */
    private void count(HttpMessage message) {
        if (message.decoderResult().isFailure()) {
            rejectMalformed = true;
            clientConnection.sections().discarded();
            return;
        }
        try {
            clientConnection.sections().completed(message);
        } catch (ProxyFailure overloaded) {
            message.setDecoderResult(DecoderResult.failure(overloaded));
        }
    }

    private void closeAfter(HttpMessage message) {
        if (message.decoderResult().isFailure()) {
            message.setProtocolVersion(HttpVersion.HTTP_1_0);
        }
        if (message.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            removeKeepAlive(message.headers());
        }
    }

    /**
     * A proxy does not keep the connection of a client of HTTP/1.0 (RFC 9112 section 9.3). Vert.x would say that it does
     * to a client that asks for it.
     */
    private static void removeKeepAlive(HttpHeaders headers) {
        List<String> options = new ArrayList<>();
        for (String value : headers.getAll(HttpHeaderNames.CONNECTION)) {
            for (String option : value.split(",", -1)) {
                if (!HttpHeaderValues.KEEP_ALIVE.contentEqualsIgnoreCase(option.strip())) {
                    options.add(option.strip());
                }
            }
        }
        headers.set(HttpHeaderNames.CONNECTION, options);
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("content-length stands beside transfer-encoding");
    }
}
