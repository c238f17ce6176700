package dev.tailnetproxy.proxy.resolution;

import static dev.tailnetproxy.proxy.support.TestProxy.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.policy.TailnetRoutes;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TailnetStatus;
import dev.tailnetproxy.proxy.support.TestDnsMessages;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
import dev.tailnetproxy.proxy.upstream.DialLimit;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Between two dials the tailnet may have become another one: what is dialled then is decided from the beginning. */
class RepeatedDecisionTest {

    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    private static final String NAME = "api.svc.test";
    private static final String NAMED = "10.1.2.3";

    /** What happens to the tailnet between the dials, from when on the proxy knows it, and what comes of the request. */
    record Change(String description, String host, JsonObject status, Predicate<TailnetRoutes> known, String outcome) {
        @Override
        public String toString() {
            return description;
        }
    }

    private static TailnetStatus router() {
        return TailnetStatus.joined().peer("router", true, new JsonArray().add("10.1.0.0/16"), "100.64.0.3");
    }

    static Stream<Change> changes() {
        return Stream.of(
                new Change(
                        "the peer has gone, and an exit node would take its address",
                        TestProxy.PEER,
                        router().exitNode(true, true, "100.64.0.4").json(),
                        TailnetRoutes::exitNode,
                        "TargetNotAllowed"),
                new Change(
                        "the peer has gone, and a subnet router has its address",
                        TestProxy.PEER,
                        TailnetStatus.joined()
                                .peer("router", true, new JsonArray().add("100.64.0.2/32"), "100.64.0.3")
                                .json(),
                        routes -> !routes.peers().toString().contains(TestProxy.PEER),
                        "TargetNotAllowed"),
                new Change(
                        "the name means another address",
                        NAME,
                        router().peer("news", "100.64.0.9").json(),
                        routes -> routes.peers().toString().contains("100.64.0.9"),
                        "NoTailnetRoute"),
                new Change(
                        "nothing has changed that matters",
                        TestProxy.PEER,
                        router().peer("target", TestProxy.PEER)
                                .peer("news", "100.64.0.9")
                                .json(),
                        routes -> routes.peers().toString().contains("100.64.0.9"),
                        "200"));
    }

    private static TestProxy start(RawTarget target, int connections) {
        return start(target, connections, DialLimit.of(32));
    }

    private static TestProxy start(RawTarget target, int connections, DialLimit dials) {
        TestProxy proxy = TestProxy.options()
                .allowed("*.svc.test")
                .settle(Duration.ofMinutes(1))
                .maxConnections(connections)
                .dials(dials)
                .start();
        proxy.localApi().dns(NAME + "/A", TestDnsMessages.addresses(NAME, NAMED));
        proxy.socks().route(TestProxy.PEER, 80, target.port());
        proxy.socks().route(TestProxy.PEER, 81, target.port());
        proxy.socks().route(NAMED, 80, target.port());
        return proxy;
    }

    private static void setStatus(TestProxy proxy, Change change) {
        proxy.localApi().dns(NAME + "/A", TestDnsMessages.addresses(NAME, "10.1.9.9"));
        proxy.localApi().setStatus(change.status());
        await().until(() -> proxy.tailnet().state() instanceof TailnetState.Joined joined
                && change.known().test(joined.routes()));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void policyIsCheckedBeforeRetriedDial(Change change) {
        try (RawTarget target = new RawTarget(RawTarget.bytes(OK));
                TestProxy proxy = start(target, 16)) {
            String address = change.host().equals(NAME) ? NAMED : change.host();
            proxy.socks().hangNext(address, 80, 1, () -> {
                setStatus(proxy, change);
                proxy.socks().breakConnections();
            });

            assertThat(outcome(proxy.call("GET").to(change.host(), 80).send())).isEqualTo(change.outcome());
            assertThat(proxy.socks().dials()).hasSize(change.outcome().equals("200") ? 2 : 1);
        }
    }

    /** While it waited for a connection, too, the tailnet may have become another one. */
    @ParameterizedTest
    @MethodSource("changes")
    void policyIsCheckedAfterWaitingForConnection(Change change) {
        CountDownLatch finished = new CountDownLatch(1);
        try (RawTarget target = new RawTarget((request, out) -> {
                    finished.await();
                    out.write(OK.getBytes(StandardCharsets.US_ASCII));
                    return true;
                });
                TestProxy proxy = start(target, 1)) {
            Future<ProxyResponse> first =
                    proxy.call("GET").to(change.host(), 80).begin();
            await().untilAsserted(() -> assertThat(target.received()).hasSize(1));
            Future<ProxyResponse> second =
                    proxy.call("POST").to(change.host(), 80).begin();
            await().untilAsserted(
                            () -> assertThat(proxy.limits().waiting().used()).isOne());
            setStatus(proxy, change);

            finished.countDown();

            assertThat(outcome(TestProxy.await(first))).isEqualTo("200");
            assertThat(outcome(TestProxy.await(second))).isEqualTo(change.outcome());
            assertThat(target.received()).hasSize(change.outcome().equals("200") ? 2 : 1);
        }
    }

    /** While it waited until it may be dialled, likewise. */
    @ParameterizedTest
    @MethodSource("changes")
    void policyIsCheckedAfterWaitingForDial(Change change) {
        CountDownLatch finished = new CountDownLatch(1);
        try (RawTarget target = new RawTarget(RawTarget.bytes(OK));
                TestProxy proxy = start(target, 16, new DialLimit(1, Duration.ofMinutes(10)))) {
            proxy.socks().whenDialled(() -> awaitUninterruptibly(finished));
            Future<ProxyResponse> first =
                    proxy.call("GET").to(TestProxy.PEER, 81).begin();
            await().untilAsserted(() -> assertThat(proxy.socks().dials()).hasSize(1));
            Future<ProxyResponse> second =
                    proxy.call("GET").to(change.host(), 80).begin();
            await().until(() -> proxy.limits().targetConnections().used() == 2);
            setStatus(proxy, change);

            finished.countDown();

            assertThat(outcome(TestProxy.await(first))).isEqualTo("200");
            assertThat(outcome(TestProxy.await(second))).isEqualTo(change.outcome());
            assertThat(proxy.socks().dials()).hasSize(change.outcome().equals("200") ? 2 : 1);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void unchangedTargetIsDialledAgain() {
        try (RawTarget target = new RawTarget(RawTarget.bytes(OK));
                TestProxy proxy = start(target, 16)) {
            proxy.socks().failNext(NAMED, 80, 2);

            assertThat(outcome(proxy.call("GET").to(NAME, 80).send())).isEqualTo("200");
            assertThat(proxy.socks().dials()).isEqualTo(List.of(NAMED + ":80", NAMED + ":80", NAMED + ":80"));
        }
    }
}
