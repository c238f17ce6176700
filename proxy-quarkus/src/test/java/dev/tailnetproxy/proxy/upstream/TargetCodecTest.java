package dev.tailnetproxy.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.http.TunnelEnd;
import dev.tailnetproxy.proxy.support.StateWalk;
import dev.tailnetproxy.proxy.support.StateWalk.Step;
import dev.tailnetproxy.proxy.upstream.TargetCodec.State;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How far the exchange on an HTTP/1.1 connection is, from what is written and read. */
class TargetCodecTest {

    private static final String RESPONSE = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

    private static final String SWITCHING =
            "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: example/1\r\n\r\n";

    private final ConnectionUsage usage = new ConnectionUsage(Clock.systemUTC(), false, () -> 1, () -> {});
    private final TargetCodec codec = new TargetCodec(usage, 8192);
    private final EmbeddedChannel channel = new EmbeddedChannel(codec);

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void begin() {
        DefaultHttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        request.headers().set("connection", "upgrade").set("upgrade", "example/1");
        var unused = channel.write(request);
    }

    private void send() {
        channel.writeOutbound(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    private void receive(String bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.US_ASCII));
    }

    private void respond() {
        receive(RESPONSE);
    }

    private void switchProtocols() {
        receive(SWITCHING);
    }

    private State state() {
        return codec.state();
    }

    private static List<Step<State, TargetCodecTest>> steps() {
        return List.of(
                new Step<>("a request begins", State.IDLE, State.SENDING, TargetCodecTest::begin),
                new Step<>("it is sent", State.SENDING, State.AWAITING_RESPONSE, TargetCodecTest::send),
                new Step<>("the response comes early", State.SENDING, State.EARLY_RESPONSE, TargetCodecTest::respond),
                new Step<>("the response comes", State.AWAITING_RESPONSE, State.IDLE, TargetCodecTest::respond),
                new Step<>(
                        "protocols switch", State.AWAITING_RESPONSE, State.UPGRADED, TargetCodecTest::switchProtocols),
                new Step<>("the rest is sent", State.EARLY_RESPONSE, State.IDLE, TargetCodecTest::send));
    }

    static Stream<Step<State, TargetCodecTest>> eachStep() {
        return steps().stream();
    }

    @ParameterizedTest
    @MethodSource("eachStep")
    void stepTakesItsTransition(Step<State, TargetCodecTest> step) throws Exception {
        new StateWalk<>(State.IDLE, steps()).walk(this, TargetCodecTest::state, step);
    }

    @Test
    void tableIsComplete() {
        new StateWalk<>(State.IDLE, steps()).assertTableIsComplete();
    }

    @Test
    void interimResponseChangesNoState() {
        begin();
        send();
        receive("HTTP/1.1 100 Continue\r\n\r\n");
        assertThat(state()).isEqualTo(State.AWAITING_RESPONSE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "HTTP/1.1 200 OK\r\n\r\n", "\r\n"})
    void bytesThatBelongToNoRequestEndTheConnection(String bytes) {
        receive(bytes);
        assertThat(state()).isEqualTo(State.IDLE);
        assertThat(usage.isUnusable()).isTrue();
        assertThat(channel.isOpen()).isFalse();
    }

    /** The target can't have seen all of the request yet, whose rest it would take for bytes of the protocol. */
    @Test
    void protocolsDoNotSwitchWhileTheRequestIsBeingSent() {
        begin();
        receive(SWITCHING);
        assertThat(state()).isEqualTo(State.EARLY_RESPONSE);
        assertThat(TunnelEnd.of(channel)).isEmpty();
        assertThat(usage.isUnusable()).isTrue();
    }

    @Test
    void switchedConnectionReadsNothingBeforeItHasAReader() {
        begin();
        send();
        switchProtocols();
        assertThat(TunnelEnd.of(channel)).isPresent();
        assertThat(channel.config().isAutoRead()).isFalse();
        assertThat(usage.isUnusable()).isTrue();
    }

    @Test
    void bytesBehindAnEarlyResponseEndTheConnectionLater() {
        begin();
        receive(RESPONSE + "x");
        assertThat(state()).isEqualTo(State.EARLY_RESPONSE);
        assertThat(usage.isUnusable()).isTrue();
        assertThat(channel.isOpen()).isTrue();
    }
}
