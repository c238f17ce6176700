package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.server.Http1ClientConnection.State;
import dev.tailnetproxy.proxy.support.StateWalk;
import dev.tailnetproxy.proxy.support.StateWalk.Event;
import dev.tailnetproxy.proxy.support.StateWalk.Step;
import io.vertx.core.http.HttpVersion;
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
    private State state = State.IDLE;

    @BeforeEach
    void connect() throws Exception {
        fixture = new ClientConnectionFixture<>(HttpVersion.HTTP_1_1, ClientConnectionFixture::installHttp1);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static Step<State, Http1StatesTest> step(String name, State from, State to, Event<Http1StatesTest> event) {
        return new Step<>(name, from, to, event);
    }

    private static List<Step<State, Http1StatesTest>> steps() {
        return List.of(
                step("a request starts", State.IDLE, State.READING, Http1StatesTest::start),
                step("what comes is no HTTP", State.IDLE, State.LAST_RESPONSE, Http1StatesTest::closeAfterResponse),
                step("there is no room", State.IDLE, State.REJECTED, test -> test.fixture.connectWithoutRoom()),
                step("the next request starts", State.READING, State.READING, Http1StatesTest::start),
                step("the request is read", State.READING, State.RESPONDING, Http1StatesTest::read),
                step("it is refused", State.READING, State.LAST_RESPONSE, Http1StatesTest::closeAfterResponse),
                step("its body is no HTTP", State.READING, State.LAST_RESPONSE, Http1StatesTest::breakBody),
                step("the response is written", State.RESPONDING, State.IDLE, Http1StatesTest::complete),
                step("the next request starts", State.RESPONDING, State.READING, Http1StatesTest::start),
                step("the proxy stops", State.RESPONDING, State.LAST_RESPONSE, Http1StatesTest::closeAfterResponse),
                step("its rest is no HTTP", State.RESPONDING, State.LAST_RESPONSE, Http1StatesTest::breakBody),
                step("all is written", State.LAST_RESPONSE, State.LINGERING, Http1StatesTest::close));
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

    private void breakBody() throws Exception {
        fixture.onLoop(connection ->
                connection.exceptionCaught(connection.context(), new IllegalArgumentException("no HTTP")));
    }

    private void close() throws Exception {
        fixture.onLoop(fixture::close);
    }

    private State state() throws Exception {
        fixture.onLoop(connection -> state = connection.state());
        return state;
    }

    static Stream<Step<State, Http1StatesTest>> eachStep() {
        return steps().stream();
    }

    @ParameterizedTest
    @MethodSource("eachStep")
    void stepTakesItsTransition(Step<State, Http1StatesTest> step) throws Exception {
        new StateWalk<>(State.IDLE, steps()).walk(this, Http1StatesTest::state, step);
    }

    @Test
    void tableIsComplete() {
        new StateWalk<>(State.IDLE, steps()).assertTableIsComplete();
    }

    /** What comes late in the last states is no error and brings no state back. */
    @ParameterizedTest
    @MethodSource("eachStep")
    void lateEventsLeaveTheLastStates(Step<State, Http1StatesTest> step) throws Exception {
        new StateWalk<>(State.IDLE, steps()).walk(this, Http1StatesTest::state, step);
        if (!fixture.connection().isClosing()) {
            closeAfterResponse();
        }
        State last = state();
        read();
        complete();
        closeAfterResponse();
        assertThat(state()).isEqualTo(last);
        assertThat(fixture.connection().isClosing()).isTrue();
    }
}
