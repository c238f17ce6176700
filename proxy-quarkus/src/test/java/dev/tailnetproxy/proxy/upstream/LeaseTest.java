package dev.tailnetproxy.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.StateWalk;
import dev.tailnetproxy.proxy.support.StateWalk.Step;
import dev.tailnetproxy.proxy.support.TestServer;
import dev.tailnetproxy.proxy.upstream.Lease.State;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An exchange ends once, whoever ends it. */
class LeaseTest {

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger ends = new AtomicInteger();
    private Lease lease;

    @BeforeEach
    void connect() {
        int port = TestServer.await(vertx.createHttpServer()
                        .requestHandler(request -> request.response().end())
                        .listen(0, "127.0.0.1"))
                .actualPort();
        HttpClientRequest request =
                TestServer.await(vertx.createHttpClient().request(HttpMethod.GET, port, "127.0.0.1", "/"));
        ConnectionUsage usage = new ConnectionUsage(Clock.systemUTC(), false, () -> 1, () -> {});
        lease = new Lease(request, usage, false, 0, ends::incrementAndGet);
    }

    @AfterEach
    void stop() {
        TestServer.await(vertx.close());
    }

    private static List<Step<State, Lease>> steps() {
        return List.of(
                new Step<>("it ends well", State.ACTIVE, State.COMPLETED, Lease::release),
                new Step<>("it breaks", State.ACTIVE, State.FAILED, Lease::failed),
                new Step<>("nobody waits any more", State.ACTIVE, State.FAILED, Lease::abandon),
                new Step<>("the client leaves", State.ACTIVE, State.CANCELLED, Lease::cancel),
                new Step<>("the target is silent", State.ACTIVE, State.DISCARDED, Lease::discard));
    }

    static Stream<Step<State, Lease>> eachStep() {
        return steps().stream();
    }

    @ParameterizedTest
    @MethodSource("eachStep")
    void stepTakesItsTransition(Step<State, Lease> step) throws Exception {
        new StateWalk<>(State.ACTIVE, steps()).walk(lease, Lease::state, step);
        assertThat(ends).hasValue(1);
    }

    @ParameterizedTest
    @MethodSource("eachStep")
    void laterEndsHaveNoEffect(Step<State, Lease> first) throws Exception {
        first.event().happensTo(lease);
        for (Step<State, Lease> later : steps()) {
            later.event().happensTo(lease);
            assertThat(lease.state()).as(later.name()).isEqualTo(first.to());
        }
        assertThat(ends).hasValue(1);
    }

    @Test
    void tableIsComplete() {
        new StateWalk<>(State.ACTIVE, steps()).assertTableIsComplete();
    }
}
