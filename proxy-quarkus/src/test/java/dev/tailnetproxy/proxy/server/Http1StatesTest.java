package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.http.TunnelEnd;
import dev.tailnetproxy.proxy.support.StateWalk;
import dev.tailnetproxy.proxy.support.StateWalk.Event;
import dev.tailnetproxy.proxy.support.StateWalk.Step;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The states of a client's connection of HTTP/1, on a real one. */
class Http1StatesTest {

    private ClientConnectionFixture<Http1ClientConnection> fixture;
    private Http1State state = Http1State.IDLE;

    @BeforeEach
    void connect() throws Exception {
        fixture = new ClientConnectionFixture<>(HttpVersion.HTTP_1_1, ClientConnectionFixture::installHttp1);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static Step<Http1State, Http1StatesTest> step(
            String name, Http1State from, Http1State to, Event<Http1StatesTest> event) {
        return new Step<>(name, from, to, event);
    }

    private static List<Step<Http1State, Http1StatesTest>> steps() {
        return List.of(
                step("a request starts", Http1State.IDLE, Http1State.READING, Http1StatesTest::start),
                step(
                        "what comes is no HTTP",
                        Http1State.IDLE,
                        Http1State.LAST_RESPONSE,
                        Http1StatesTest::closeAfterResponse),
                step(
                        "there is no room",
                        Http1State.IDLE,
                        Http1State.REJECTED,
                        test -> test.fixture.connectWithoutRoom()),
                step("the next request starts", Http1State.READING, Http1State.READING, Http1StatesTest::start),
                step("the request is read", Http1State.READING, Http1State.RESPONDING, Http1StatesTest::read),
                step(
                        "it is refused",
                        Http1State.READING,
                        Http1State.LAST_RESPONSE,
                        Http1StatesTest::closeAfterResponse),
                step("its body is no HTTP", Http1State.READING, Http1State.LAST_RESPONSE, Http1StatesTest::breakBody),
                step("the response is written", Http1State.RESPONDING, Http1State.IDLE, Http1StatesTest::complete),
                step("the next request starts", Http1State.RESPONDING, Http1State.READING, Http1StatesTest::start),
                step(
                        "the proxy stops",
                        Http1State.RESPONDING,
                        Http1State.LAST_RESPONSE,
                        Http1StatesTest::closeAfterResponse),
                step(
                        "its rest is no HTTP",
                        Http1State.RESPONDING,
                        Http1State.LAST_RESPONSE,
                        Http1StatesTest::breakBody),
                step("protocols switch", Http1State.RESPONDING, Http1State.UPGRADED, Http1StatesTest::switchProtocols),
                step("their bytes are over", Http1State.UPGRADED, Http1State.LINGERING, Http1StatesTest::close),
                step("all is written", Http1State.LAST_RESPONSE, Http1State.LINGERING, Http1StatesTest::close));
    }

    private void start() throws Exception {
        fixture.onLoop(connection -> {
            connection.requestReceived();
            connection.requestStarted(fixture.request(), () -> {});
        });
    }

    private void read() throws Exception {
        fixture.onLoop(connection -> connection.requestRead(fixture.request()));
    }

    private void complete() throws Exception {
        fixture.onLoop(connection -> connection.responseCompleted(fixture.request(), true));
    }

    private void closeAfterResponse() throws Exception {
        fixture.onLoop(connection -> connection.closeAfterResponse(fixture.request()));
    }

    private void switchProtocols() throws Exception {
        fixture.onLoop(connection -> {
            TunnelEnd.addBehind(connection.context().pipeline().context("httpDecoder"));
            assertThat(connection.switchProtocols(fixture.request(), Duration.ofMinutes(1), () -> {}))
                    .isPresent();
        });
    }

    private void breakBody() throws Exception {
        fixture.onLoop(connection ->
                connection.exceptionCaught(connection.context(), new IllegalArgumentException("no HTTP")));
    }

    private void close() throws Exception {
        fixture.onLoop(fixture::close);
    }

    private Http1State state() throws Exception {
        fixture.onLoop(connection -> state = connection.state());
        return state;
    }

    static Stream<Step<Http1State, Http1StatesTest>> eachStep() {
        return steps().stream();
    }

    @ParameterizedTest
    @MethodSource("eachStep")
    void stepTakesItsTransition(Step<Http1State, Http1StatesTest> step) throws Exception {
        new StateWalk<>(Http1State.IDLE, steps()).walk(this, Http1StatesTest::state, step);
    }

    @Test
    void tableIsComplete() {
        new StateWalk<>(Http1State.IDLE, steps()).assertTableIsComplete();
    }

    /** What comes late in the last states is no error and brings no state back. */
    @ParameterizedTest
    @MethodSource("eachStep")
    void lateEventsLeaveTheLastStates(Step<Http1State, Http1StatesTest> step) throws Exception {
        new StateWalk<>(Http1State.IDLE, steps()).walk(this, Http1StatesTest::state, step);
        if (!fixture.connection().isClosing()) {
            closeAfterResponse();
        }
        Http1State last = state();
        read();
        complete();
        closeAfterResponse();
        assertThat(state()).isEqualTo(last);
        assertThat(fixture.connection().isClosing()).isTrue();
    }
}
