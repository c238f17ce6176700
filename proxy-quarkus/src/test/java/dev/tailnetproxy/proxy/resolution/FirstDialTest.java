package dev.tailnetproxy.proxy.resolution;

import static dev.tailnetproxy.proxy.support.TestProxy.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TailnetStatus;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestTailnet;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Just after joining or a freeze a peer may not know this node yet: it is pinged until it replies, then dialled. */
class FirstDialTest {

    private static final int ALWAYS = 1_000_000;
    private static final String SUBNET_TARGET = "10.1.2.3";
    private static final String ROUTER = "100.64.0.3";
    private static final String EXIT_NODE = "100.64.0.4";
    private static final String OUTSIDE = "8.8.8.8";

    /** Hangs up behind each response, so that every request needs a connection of its own. */
    private final RawTarget target =
            new RawTarget(RawTarget.bytes("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok"));

    private TestProxy proxy = start(Duration.ofSeconds(60));

    private TestProxy start(Duration settle) {
        TestProxy started = TestProxy.options()
                .settle(settle)
                .allowed(SUBNET_TARGET + "/24,10.1.0.0/16," + OUTSIDE)
                .start();
        for (String address : List.of(TestProxy.PEER, "fd7a:115c:a1e0::2", SUBNET_TARGET, "10.1.3.4", OUTSIDE)) {
            started.socks().route(address, 80, target.port());
        }
        return started;
    }

    @AfterEach
    void stop() {
        proxy.close();
        target.close();
    }

    private void restart(Duration settle) {
        proxy.close();
        proxy = start(settle);
    }

    @Test
    void waitsForPingReply() {
        List<Integer> dialsSoFar = new CopyOnWriteArrayList<>();
        proxy.localApi().pings().hangNextPings(TestProxy.PEER, 3);
        proxy.localApi()
                .pings()
                .onPing(() -> dialsSoFar.add(proxy.socks().dials().size()));

        assertThat(outcome(proxy.get())).isEqualTo("200");
        assertThat(dialsSoFar.subList(0, 4)).isEqualTo(List.of(0, 0, 0, 0));
        assertThat(proxy.socks().dials()).isEqualTo(List.of(TestProxy.PEER + ":80"));
    }

    @Test
    void pingsPeerOnce() {
        for (int i = 0; i < 5; i++) {
            assertThat(outcome(proxy.get())).isEqualTo("200");
        }

        assertThat(proxy.localApi().pings().pinged()).isEqualTo(List.of(TestProxy.PEER));
        assertThat(proxy.socks().dials()).hasSize(5);
    }

    @Test
    void pingsAgainAfterFreeze() {
        assertThat(outcome(proxy.get())).isEqualTo("200");
        proxy.clock().freezeFor(Duration.ofHours(1));
        assertThat(outcome(proxy.get())).isEqualTo("200");

        assertThat(proxy.localApi().pings().pinged()).isEqualTo(List.of(TestProxy.PEER, TestProxy.PEER));
    }

    @Test
    void pingsAgainAfterRejoin() {
        assertThat(outcome(proxy.get())).isEqualTo("200");
        proxy.localApi().setStatus(TailnetStatus.notJoined("NeedsLogin"));
        await().until(() -> proxy.tailnet().state() instanceof TailnetState.NotJoined);
        proxy.clock().pass(Duration.ofMillis(1));
        int pings = proxy.localApi().pings().pinged().size();
        proxy.localApi().setStatus(TestTailnet.defaultStatus().json());
        assertThat(outcome(proxy.get())).isEqualTo("200");

        assertThat(proxy.localApi().pings().pinged().size() > pings).isTrue();
    }

    @Test
    void doesNotPingAfterSettlingTime() {
        await().until(() -> proxy.tailnet().state() instanceof TailnetState.Joined);
        proxy.clock().pass(Duration.ofMinutes(2));

        assertThat(outcome(proxy.get())).isEqualTo("200");
        assertThat(proxy.localApi().pings().pinged()).isEmpty();
    }

    @Test
    void doesNotPingWithoutSettlingTime() {
        restart(Duration.ZERO);

        assertThat(outcome(proxy.get())).isEqualTo("200");
        assertThat(proxy.localApi().pings().pinged()).isEmpty();
    }

    @Test
    void pooledConnectionNeedsNoPing() {
        target.responds(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
        assertThat(outcome(proxy.get())).isEqualTo("200");
        proxy.clock().freezeFor(Duration.ofSeconds(5));
        proxy.localApi().pings().hangNextPings(TestProxy.PEER, ALWAYS);

        assertThat(outcome(proxy.get())).isEqualTo("200");
        assertThat(proxy.localApi().pings().pinged()).isEqualTo(List.of(TestProxy.PEER));
        assertThat(proxy.socks().dials()).hasSize(1);
    }

    /** It has been idle for too long for what must not be done twice, so that a new one is dialled. */
    @Test
    void replacedConnectionNeedsPing() {
        target.responds(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
        assertThat(outcome(proxy.get())).isEqualTo("200");
        proxy.clock().freezeFor(Duration.ofSeconds(5));

        assertThat(outcome(proxy.call("POST").send())).isEqualTo("200");
        assertThat(proxy.localApi().pings().pinged()).isEqualTo(List.of(TestProxy.PEER, TestProxy.PEER));
    }

    @ParameterizedTest
    @CsvSource({
        TestProxy.PEER + ", " + TestProxy.PEER,
        "fd7a:115c:a1e0::2, " + TestProxy.PEER,
        "target, " + TestProxy.PEER,
        "10.1.3.4, " + ROUTER,
        SUBNET_TARGET + ", 100.64.0.5",
        OUTSIDE + ", " + EXIT_NODE
    })
    void pingsRoutingPeer(String host, String pinged) {
        proxy.localApi()
                .setStatus(TestTailnet.defaultStatus()
                        .peer("narrow", true, new JsonArray().add("10.1.2.0/24"), "100.64.0.5")
                        .peer("offline", false, new JsonArray().add("10.1.3.0/24"), "100.64.0.6")
                        .exitNode(true, true, EXIT_NODE)
                        .json());
        await().until(() -> proxy.tailnet().state() instanceof TailnetState.Joined joined
                && joined.routes().exitNode());

        assertThat(outcome(proxy.call("GET").to(host, 80).send())).isEqualTo("200");
        assertThat(proxy.localApi().pings().pinged()).isEqualTo(List.of(pinged));
    }

    @Test
    void addressesOfOnePeerShareAPing() {
        assertThat(outcome(proxy.get())).isEqualTo("200");
        assertThat(outcome(proxy.call("GET").to("fd7a:115c:a1e0::2", 80).send()))
                .isEqualTo("200");

        assertThat(proxy.localApi().pings().pinged()).isEqualTo(List.of(TestProxy.PEER));
    }

    @Test
    void dialsBeforeDeadlineWithoutReply() {
        proxy.localApi().pings().hangNextPings(TestProxy.PEER, ALWAYS);

        assertThat(outcome(proxy.call("GET").within(Duration.ofMillis(1500)).send()))
                .isEqualTo("200");
        assertThat(proxy.localApi().pings().pinged().size() > 1).isTrue();
    }

    @Test
    void pingIsBounded() {
        proxy.localApi().pings().hangNextPings(TestProxy.PEER, ALWAYS);

        assertThat(outcome(proxy.call("GET").within(Duration.ofDays(1)).send())).isEqualTo("200");
        assertThat(outcome(proxy.call("GET").within(Duration.ofDays(1)).send())).isEqualTo("200");
    }

    @ParameterizedTest
    @CsvSource({
        "403, ping access denied",
        "404, 404 page not found",
        "400, want POST",
        "500, {\"error\":\"no backend\"}",
        "200, not JSON",
        "200, []",
        "200, null"
    })
    void localApiWithoutPingIsTolerated(int status, String body) {
        proxy.localApi().pings().response(status, body);

        assertThat(outcome(proxy.get())).isEqualTo("200");
        assertThat(proxy.localApi().pings().pinged()).isEqualTo(List.of(TestProxy.PEER));
    }

    /** The peer may not know a way back yet for what is no ping. */
    @Test
    void directReplyAfterJoinIsNotEnough() {
        proxy.localApi().pings().response(200, "{\"Err\":\"\",\"Endpoint\":\"192.0.2.1:41641\",\"DERPRegionID\":0}");

        assertThat(outcome(proxy.get())).isEqualTo("200");
        assertThat(proxy.localApi().pings().pinged().size() > 1).isTrue();
        assertThat(proxy.socks().dials()).hasSize(1);
    }

    @Test
    void directReplyAfterFreezeIsEnough() {
        proxy.localApi().pings().response(200, "{\"Err\":\"\",\"Endpoint\":\"192.0.2.1:41641\",\"DERPRegionID\":0}");
        await().until(() -> proxy.tailnet().state() instanceof TailnetState.Joined);
        proxy.clock().freezeFor(Duration.ofHours(1));

        assertThat(outcome(proxy.get())).isEqualTo("200");
        // A slow machine sends another ping before the first reply is read. A search that goes on sends 60.
        assertThat(proxy.localApi().pings().pinged().size() < 20).isTrue();
    }

    @Test
    void pingIsRepeatedForUnknownPeer() {
        proxy.localApi().pings().response(200, "{\"IP\":\"100.64.0.2\",\"Err\":\"no matching peer\"}");
        proxy.localApi().pings().onPing(() -> {
            if (proxy.localApi().pings().pinged().size() > 2) {
                proxy.localApi().pings().response(200, "");
            }
        });

        assertThat(outcome(proxy.get())).isEqualTo("200");
        assertThat(proxy.localApi().pings().pinged()).hasSize(3);
    }

    @Test
    void otherRequestsAreServedDuringPing() {
        proxy.localApi().pings().hangNextPings(TestProxy.PEER, ALWAYS);
        Future<ProxyResponse> waiting =
                proxy.call("GET").within(Duration.ofDays(1)).begin();
        await().until(() -> !proxy.localApi().pings().pinged().isEmpty());

        assertThat(outcome(proxy.call("GET").header("ts-health", "true").send()))
                .isEqualTo("200");
        assertThat(outcome(proxy.call("GET").to("10.1.3.4", 80).send())).isEqualTo("200");
        assertThat(proxy.socks().dials()).doesNotContain(TestProxy.PEER + ":80");
        assertThat(outcome(TestProxy.await(waiting))).isEqualTo("200");
    }

    /** tailscaled would dial on the host's own network. */
    @Test
    void routeIsCheckedAgainAfterPing() {
        await().until(() -> proxy.tailnet().state() instanceof TailnetState.Joined);
        proxy.localApi().pings().onPing(() -> {
            proxy.localApi().setStatus(TailnetStatus.joined().json());
            await().until(() -> proxy.tailnet().state() instanceof TailnetState.Joined joined
                    && !joined.routes().routes(IpAddress.parse("10.1.3.4").orElseThrow()));
        });

        assertThat(outcome(proxy.call("GET").to("10.1.3.4", 80).send())).isEqualTo("NoTailnetRoute");
        assertThat(proxy.socks().dials()).isEmpty();
    }

    @Test
    void deniedTargetIsNotPinged() {
        proxy.close();
        proxy = TestProxy.options().settle(Duration.ofSeconds(60)).start();

        assertThat(outcome(proxy.call("GET").to("10.1.3.4", 80).send())).isEqualTo("TargetNotAllowed");
        assertThat(outcome(proxy.call("GET").to(TailnetStatus.SELF, 80).send())).isEqualTo("TargetNotAllowed");
        assertThat(proxy.localApi().pings().pinged()).isEmpty();
    }
}
