package dev.tailnetproxy.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two connections without a network, of which the test decides when they read and write. */
class TunnelTest {

    private final Side client = new Side();
    private final Side target = new Side();
    private final Tunnel tunnel = new Tunnel(target.end());
    private final AtomicInteger activity = new AtomicInteger();

    @AfterEach
    void close() {
        client.close();
        target.close();
    }

    private void join() {
        tunnel.join(client.end(), activity::incrementAndGet);
        client.run();
        target.run();
    }

    /** One connection: its writes wait for {@link #write}, and its reads are counted. */
    private static final class Side {
        private final Deque<ChannelPromise> writes = new ArrayDeque<>();
        private final Deque<String> written = new ArrayDeque<>();
        private int reads;
        private final EmbeddedChannel channel = new EmbeddedChannel(
                new ChannelOutboundHandlerAdapter() {
                    @Override
                    public void read(ChannelHandlerContext context) {
                        reads++;
                        context.read();
                    }

                    @Override
                    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                        written.add(((ByteBuf) message).toString(StandardCharsets.US_ASCII));
                        writes.add(promise);
                        ReferenceCountUtil.release(message);
                    }
                },
                new ChannelOutboundHandlerAdapter());

        Side() {
            TunnelEnd.addBehind(channel.pipeline().lastContext());
        }

        TunnelEnd end() {
            return TunnelEnd.of(channel).orElseThrow();
        }

        void receive(String text) {
            channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
        }

        /** The oldest bytes are in the network. */
        void write() {
            writes.remove().setSuccess();
        }

        void run() {
            channel.runPendingTasks();
        }

        void close() {
            channel.finishAndReleaseAll();
        }
    }

    @Test
    void bytesThatCameBeforeComeFirst() {
        client.receive("early ");
        join();
        client.receive("late");
        assertThat(target.written).containsExactly("early ", "late");
        assertThat(tunnel.bytesFromClient()).isEqualTo(10);
    }

    @Test
    void nextBytesAreReadWhenTheLastAreWritten() {
        join();
        int before = target.reads;
        target.receive("abc");
        assertThat(client.written).containsExactly("abc");
        assertThat(target.reads).isEqualTo(before);
        client.write();
        assertThat(target.reads).isEqualTo(before + 1);
    }

    @Test
    void bytesBothWaysAreActivity() {
        join();
        client.receive("a");
        assertThat(activity).hasValue(1);
        target.receive("b");
        assertThat(activity).hasValue(1);
        client.write();
        assertThat(activity).hasValue(2);
    }

    /** Each piece has a buffer behind it, whose size does not depend on how much of it is used. */
    @Test
    void earlyBytesInManyPiecesKeepNoBufferEach() {
        ByteBuf one = Unpooled.buffer(2048).writeByte('a');
        ByteBuf other = Unpooled.buffer(2048).writeByte('b');
        client.channel.writeInbound(one, other);
        assertThat(one.refCnt()).isZero();
        assertThat(other.refCnt()).isZero();
        join();
        assertThat(target.written).containsExactly("ab");
    }

    @Test
    void tooManyEarlyBytesStopTheReading() {
        client.receive("x".repeat(64 * 1024));
        assertThat(client.channel.config().isAutoRead()).isTrue();
        client.receive("x");
        assertThat(client.channel.config().isAutoRead()).isFalse();
    }

    @Test
    void endOfOneConnectionIsThatOfTheOther() {
        join();
        var unused = client.channel.close();
        target.run();
        assertThat(target.channel.isOpen()).isFalse();
        assertThat(tunnel.over().result()).isEqualTo(Tunnel.Ending.CLIENT);
    }

    /** What the target has said reaches the client before its connection ends. */
    @Test
    void lastBytesAreWrittenBeforeTheEnd() {
        join();
        target.receive("last words");
        var unused = target.channel.close();
        client.run();
        assertThat(client.channel.isOpen()).isTrue();
        assertThat(tunnel.over().isComplete()).isFalse();
        client.write();
        assertThat(client.channel.isOpen()).isFalse();
        assertThat(tunnel.over().result()).isEqualTo(Tunnel.Ending.TARGET);
    }

    @Test
    void expiryWaitsForNoWrite() {
        join();
        target.receive("unread");
        tunnel.expire();
        assertThat(client.channel.isOpen()).isFalse();
        assertThat(target.channel.isOpen()).isFalse();
        assertThat(tunnel.over().result()).isEqualTo(Tunnel.Ending.IDLE);
    }

    @Test
    void abandonedTunnelEndsTheTargetAndWhoeverJoinsIt() {
        tunnel.abandon();
        assertThat(target.channel.isOpen()).isFalse();
        assertThat(tunnel.over().result()).isEqualTo(Tunnel.Ending.UNUSED);
        join();
        assertThat(client.channel.isOpen()).isFalse();
        assertThat(activity).hasValue(0);
    }
}
