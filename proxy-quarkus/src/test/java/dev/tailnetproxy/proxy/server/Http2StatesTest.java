package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.server.Http2ClientConnection.State;
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

/** The states of a client's connection of HTTP/2, on a real one. */
class Http2StatesTest {

    private ClientConnectionFixture<Http2ClientConnection> fixture;
    /** Right behind an event: Vert.x ends a connection that goes away soon after it. */
    private State state = State.IDLE;

    @BeforeEach
    void connect() throws Exception {
        fixture = new ClientConnectionFixture<>(HttpVersion.HTTP_2, Http2ClientConnection::install);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static Step<State, Http2StatesTest> step(String name, State from, State to, Event<Http2StatesTest> event) {
        return new Step<>(name, from, to, event);
    }

    private static List<Step<State, Http2StatesTest>> steps() {
        return List.of(
                step("a request starts", State.IDLE, State.ACTIVE, Http2StatesTest::start),
                step("the idle timeout is over", State.IDLE, State.GOING_AWAY, Http2StatesTest::expire),
                step("another one needs its place", State.IDLE, State.REJECTED, Http2StatesTest::makeRoom),
                step("there is no room", State.IDLE, State.REJECTED, Http2StatesTest::connectWithoutRoom),
                step("the client breaks the protocol", State.IDLE, State.LINGERING, Http2StatesTest::close),
                step("the last response is written", State.ACTIVE, State.IDLE, Http2StatesTest::complete),
                step("the proxy stops", State.ACTIVE, State.GOING_AWAY, Http2StatesTest::closeAfterResponse),
                step("its place is another one's", State.ACTIVE, State.REJECTED, Http2StatesTest::makeRoom),
                step("the client breaks the protocol", State.ACTIVE, State.LINGERING, Http2StatesTest::close),
                step("the last stream has ended", State.GOING_AWAY, State.LINGERING, Http2StatesTest::close));
    }

    private void on(Event<Http2ClientConnection> event) throws Exception {
        fixture.onLoop(connection -> {
            event.happensTo(connection);
            state = connection.state();
        });
    }

    private void start() throws Exception {
        on(connection -> connection.requestStarted(fixture.request(), () -> {}));
    }

    private void expire() throws Exception {
        on(Http2ClientConnection::expired);
    }

    private void makeRoom() throws Exception {
        fixture.connection().makeRoom();
        on(connection -> {});
    }

    private void connectWithoutRoom() throws Exception {
        fixture.connectWithoutRoom();
        on(connection -> {});
    }

    private void complete() throws Exception {
        on(connection -> connection.responseCompleted(fixture.request(), true));
    }

    private void closeAfterResponse() throws Exception {
        on(connection -> connection.closeAfterResponse(fixture.request()));
    }

    private void close() throws Exception {
        on(fixture::close);
    }

    private State state() {
        return state;
    }

    static Stream<Step<State, Http2StatesTest>> eachStep() {
        return steps().stream();
    }

    @ParameterizedTest
    @MethodSource("eachStep")
    void stepTakesItsTransition(Step<State, Http2StatesTest> step) throws Exception {
        new StateWalk<>(State.IDLE, steps()).walk(this, Http2StatesTest::state, step);
    }

    @Test
    void tableIsComplete() {
        new StateWalk<>(State.IDLE, steps()).assertTableIsComplete();
    }

    @Test
    void secondReasonToGoAwayChangesNothing() throws Exception {
        start();
        closeAfterResponse();
        closeAfterResponse();
        start();
        complete();
        assertThat(state()).isEqualTo(State.GOING_AWAY);
    }
}
