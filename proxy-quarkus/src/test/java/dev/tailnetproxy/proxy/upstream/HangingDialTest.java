package dev.tailnetproxy.proxy.upstream;

import static dev.tailnetproxy.proxy.support.TestProxy.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TailnetStatus;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A SOCKS5 server that takes the connection and the request and then says nothing, as tailscaled does without a path. */
class HangingDialTest {

    private static final int ALWAYS = 1000;
    private static final String SUBNET_TARGET = "10.1.2.3";

    private final RawTarget target = new RawTarget(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
    private final TestProxy proxy =
            TestProxy.options().connect(Duration.ofMillis(400)).start();

    HangingDialTest() {
        proxy.socks().route(TestProxy.PEER, 80, target.port());
    }

    @AfterEach
    void stop() {
        proxy.close();
        target.close();
    }

    private void hangs(int times, Duration each) {
        proxy.socks().hangNext(TestProxy.PEER, 80, times, () -> proxy.clock().pass(each));
    }

    @Test
    void hangingDialIsRetried() {
        hangs(2, Duration.ofSeconds(5));

        assertThat(outcome(proxy.get())).isEqualTo("200");
        assertThat(proxy.socks().dials()).hasSize(3);
    }

    @Test
    void retriesAtMostFourTimes() {
        hangs(ALWAYS, Duration.ZERO);

        assertThat(outcome(proxy.get())).isEqualTo("Timeout");
        assertThat(proxy.socks().dials()).hasSize(5);
    }

    @Test
    void doesNotRetryAfterDeadline() {
        hangs(ALWAYS, Duration.ofSeconds(5));

        assertThat(outcome(proxy.call("GET").within(Duration.ofSeconds(12)).send()))
                .isEqualTo("Timeout");
        assertThat(proxy.socks().dials()).hasSize(3);
    }

    @Test
    void nonIdempotentRequestIsDialledAgain() {
        hangs(1, Duration.ZERO);

        assertThat(outcome(proxy.call("POST").send())).isEqualTo("200");
        assertThat(target.received()).hasSize(1);
    }

    record Change(String description, JsonObject status, Predicate<TailnetState> known, String outcome) {
        @Override
        public String toString() {
            return description;
        }
    }

    static Stream<Change> changes() {
        return Stream.of(
                new Change(
                        "the subnet router has gone",
                        TailnetStatus.joined().peer("target", TestProxy.PEER).json(),
                        state -> state instanceof TailnetState.Joined joined
                                && !joined.routes()
                                        .routes(IpAddress.parse(SUBNET_TARGET).orElseThrow()),
                        "NoTailnetRoute"),
                new Change(
                        "the node has left the tailnet",
                        TailnetStatus.notJoined("NeedsLogin"),
                        state -> state instanceof TailnetState.NotJoined,
                        "TailnetUnavailable"));
    }

    /** tailscaled would dial the second time on the host's own network. */
    @ParameterizedTest
    @MethodSource("changes")
    void doesNotRetryWithoutRoute(Change change) {
        try (TestProxy subnet = TestProxy.options()
                .allowed(SUBNET_TARGET)
                .settle(Duration.ofMinutes(1))
                .start()) {
            subnet.socks().route(SUBNET_TARGET, 80, target.port());
            subnet.socks().hangNext(SUBNET_TARGET, 80, 1, () -> {
                subnet.localApi().setStatus(change.status());
                await().until(() -> change.known().test(subnet.tailnet().state()));
                subnet.socks().breakConnections();
            });

            assertThat(outcome(subnet.call("GET").to(SUBNET_TARGET, 80).send())).isEqualTo(change.outcome());
            assertThat(subnet.socks().dials()).isEqualTo(List.of(SUBNET_TARGET + ":80"));
        }
    }
}
