package dev.tailnetproxy.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Two connections that speak a protocol which the proxy does not read: bytes go both ways, each way at the speed of its
 * reader. The end of one way goes on to the other side, and both connections end when both ways have. Where a connection has
 * TLS, the end of one way is the end of both. Thread-safe.
 */
public final class Tunnel {

    /** What has ended a tunnel. */
    public enum Ending {
        CLIENT("the client ended the connection"),
        TARGET("the target ended the connection"),
        IDLE("no byte came or went for the idle timeout"),
        STOPPED("the proxy stops"),
        UNUSED("the client left before it had the response");

        private final String sentence;

        Ending(String sentence) {
            this.sentence = sentence;
        }

        /** It in words. */
        public String sentence() {
            return sentence;
        }
    }

    private final TunnelEnd target;
    private final Promise<Ending> over = Promise.promise();
    private final AtomicLong bytesFromClient = new AtomicLong();
    private final AtomicLong bytesFromTarget = new AtomicLong();
    private final AtomicInteger openEnds = new AtomicInteger(2);
    private @Nullable Flow in;
    private @Nullable Flow out;
    private @Nullable Ending ending;

    /** @param target the connection that has switched; nothing is read from it before {@link #join} */
    public Tunnel(TunnelEnd target) {
        this.target = target;
    }

    /** Completes when both connections have ended, or are about to. */
    public Future<Ending> over() {
        return over.future();
    }

    /** How many bytes the client has sent. */
    public long bytesFromClient() {
        return bytesFromClient.get();
    }

    /** How many bytes the target has sent. */
    public long bytesFromTarget() {
        return bytesFromTarget.get();
    }

    /**
     * Lets the bytes go, unless the tunnel has ended.
     *
     * @param onActivity runs on the client's event loop when bytes have come from it or gone to it
     */
    public void join(TunnelEnd client, Runnable onActivity) {
        Flow fromClient = new Flow(client, target, bytesFromClient, Ending.CLIENT, onActivity, () -> {});
        Flow fromTarget = new Flow(target, client, bytesFromTarget, Ending.TARGET, () -> {}, onActivity);
        if (isJoined(fromClient, fromTarget)) {
            client.attach(fromClient);
            target.attach(fromTarget);
        } else {
            client.finish(null, () -> {});
        }
    }

    private synchronized boolean isJoined(Flow fromClient, Flow fromTarget) {
        if (ending != null) {
            return false;
        }
        in = fromClient;
        out = fromTarget;
        return true;
    }

    /** Nothing has come or gone for too long. */
    public void expire() {
        end(Ending.IDLE, true);
    }

    /** The proxy stops. */
    public void stop() {
        end(Ending.STOPPED, true);
    }

    /** There is no client for it any more. */
    public void abandon() {
        end(Ending.UNUSED, true);
    }

    private void end(Ending how, boolean atOnce) {
        Flow fromClient;
        Flow fromTarget;
        synchronized (this) {
            if (ending == null) {
                ending = how;
            }
            fromClient = in;
            fromTarget = out;
        }
        if (fromClient == null || fromTarget == null) {
            target.finish(null, () -> over.tryComplete(how));
            return;
        }
        target.finish(atOnce ? null : fromClient.lastWrite, this::endEnded);
        fromClient.from.finish(atOnce ? null : fromTarget.lastWrite, this::endEnded);
    }

    private void endEnded() {
        if (openEnds.decrementAndGet() == 0) {
            over.tryComplete(ending());
        }
    }

    private synchronized @Nullable Ending ending() {
        return ending;
    }

    private synchronized boolean bothEnded() {
        return in != null && out != null && in.ended && out.ended;
    }

    /** One way. Its reads happen on the event loop of where they come from. */
    private final class Flow implements TunnelEnd.Reader {

        private final TunnelEnd from;
        private final TunnelEnd to;
        private final AtomicLong bytes;
        private final Ending cause;
        private final Runnable onRead;
        private final Runnable onWritten;
        private volatile @Nullable ChannelFuture lastWrite;
        private volatile boolean ended;

        Flow(TunnelEnd from, TunnelEnd to, AtomicLong bytes, Ending cause, Runnable onRead, Runnable onWritten) {
            this.from = from;
            this.to = to;
            this.bytes = bytes;
            this.cause = cause;
            this.onRead = onRead;
            this.onWritten = onWritten;
        }

        @Override
        public void read(ByteBuf piece) {
            bytes.addAndGet(piece.readableBytes());
            onRead.run();
            lastWrite = to.write(piece).addListener(written -> onWritten.run());
        }

        /** The next bytes are read when these are in the network: nothing piles up for a slow reader. */
        @Override
        public void readComplete() {
            to.flush();
            whenWritten(from::readMore);
        }

        @Override
        public void inputEnded() {
            ended = true;
            if (bothEnded() || !from.endsByHalf() || !to.endsByHalf()) {
                end(cause, false);
            } else {
                whenWritten(to::endOutput);
            }
        }

        @Override
        public void closed() {
            end(cause, false);
        }

        private void whenWritten(Runnable next) {
            ChannelFuture last = lastWrite;
            if (last == null) {
                next.run();
                return;
            }
            last.addListener(written -> {
                if (written.isSuccess()) {
                    next.run();
                }
            });
        }
    }
}
