package dev.tailnetproxy.proxy.tailnet;

import static dev.tailnetproxy.proxy.support.TestProxy.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TailnetStatus;
import dev.tailnetproxy.proxy.support.TestLocalApi;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestProxyOptions;
import dev.tailnetproxy.proxy.support.TestTailnet;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The proxy follows what happens to its node and to the tailnet. */
class LocalApiTailnetTest {

    private final RawTarget target = new RawTarget(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
    private TestProxy proxy = start(TestProxy.options().allowed("10.1.0.0/16,8.8.8.8"));

    @TempDir
    Path dir;

    private TestProxy start(TestProxyOptions options) {
        TestProxy started = options.start();
        started.socks().route(TestProxy.PEER, 80, target.port());
        started.socks().route("10.1.2.3", 80, target.port());
        started.socks().route("8.8.8.8", 80, target.port());
        return started;
    }

    @AfterEach
    void stop() {
        proxy.close();
        target.close();
    }

    private void untilOutcome(String expected, String host) {
        await().until(() -> outcome(proxy.call("GET").to(host, 80).send()).equals(expected));
    }

    private static JsonArray subnets(String... routes) {
        JsonArray array = new JsonArray();
        for (String route : routes) {
            array.add(route);
        }
        return array;
    }

    @Test
    void removedPeerIsUnreachable() {
        assertThat(outcome(proxy.get())).isEqualTo("200");
        proxy.localApi().setStatus(TailnetStatus.joined().json());
        untilOutcome("TargetNotAllowed", TestProxy.PEER);
    }

    @Test
    void addedPeerIsReachable() {
        proxy.localApi().setStatus(TailnetStatus.joined().json());
        untilOutcome("TargetNotAllowed", TestProxy.PEER);
        proxy.localApi().setStatus(TestTailnet.defaultStatus().json());
        untilOutcome("200", TestProxy.PEER);
    }

    @Test
    void offlineSubnetRouterRejectsRequest() {
        assertThat(outcome(proxy.call("GET").to("10.1.2.3", 80).send())).isEqualTo("200");
        proxy.localApi()
                .setStatus(TailnetStatus.joined()
                        .peer("router", false, subnets("10.1.0.0/16"), "100.64.0.3")
                        .json());
        untilOutcome("NoTailnetRoute", "10.1.2.3");
    }

    @Test
    void unacceptedRoutesAreIgnored() {
        assertThat(outcome(proxy.call("GET").to("10.1.2.3", 80).send())).isEqualTo("200");
        proxy.localApi().prefs(TestLocalApi.usualPrefs().put("RouteAll", false));
        untilOutcome("NoTailnetRoute", "10.1.2.3");
    }

    @Test
    void unselectedExitNodeIsIgnored() {
        proxy.localApi()
                .setStatus(TailnetStatus.joined()
                        .peer("exit", true, subnets("0.0.0.0/0", "::/0"), "100.64.0.4")
                        .json());
        untilOutcome("NoTailnetRoute", "8.8.8.8");
        proxy.localApi().setStatus(TailnetStatus.joined().exitNode(true).json());
        untilOutcome("200", "8.8.8.8");
        proxy.localApi().setStatus(TailnetStatus.joined().exitNode(false).json());
        untilOutcome("TailnetUnavailable", "8.8.8.8");
    }

    @Test
    void unapprovedExitNodeIsIgnored() {
        proxy.localApi().setStatus(TailnetStatus.joined().exitNode(true).json());
        untilOutcome("200", "8.8.8.8");
        proxy.localApi().setStatus(TailnetStatus.joined().exitNode(true, false).json());
        untilOutcome("TailnetUnavailable", "8.8.8.8");
    }

    @Test
    void requiredExitNodeDownRejectsAll() {
        proxy.close();
        proxy = start(TestProxy.options().exitNodeRequired());
        proxy.localApi().setStatus(TestTailnet.defaultStatus().exitNode(false).json());
        untilOutcome("TailnetUnavailable", TestProxy.PEER);
    }

    @Test
    void exitNodeIsRequiredOnlyWhenConfigured() {
        proxy.close();
        proxy = start(TestProxy.options().exitNodeRequired());

        assertThat(outcome(proxy.get())).isEqualTo("200");
        for (String preference : List.of("ExitNodeID", "ExitNodeIP", "AutoExitNode")) {
            proxy.localApi().prefs(new JsonObject().put("RouteAll", true).put(preference, "any"));
            untilOutcome("TailnetUnavailable", TestProxy.PEER);
            proxy.localApi().prefs(new JsonObject().put("RouteAll", true).put(preference, ""));
            untilOutcome("200", TestProxy.PEER);
        }
    }

    @Test
    void configuredExitNodeIsDownUntilKnown() {
        proxy.close();
        proxy = start(TestProxy.options().exitNodeConfigured().exitNodeRequired());

        assertThat(outcome(proxy.get())).isEqualTo("TailnetUnavailable");
        proxy.localApi().setStatus(TestTailnet.defaultStatus().exitNode(true).json());
        untilOutcome("200", TestProxy.PEER);
    }

    @Test
    void optionalExitNodeDownRejectsItsTargetsOnly() {
        proxy.close();
        proxy = start(TestProxy.options().exitNodeConfigured().allowed("8.8.8.8"));

        assertThat(outcome(proxy.get())).isEqualTo("200");
        assertThat(outcome(proxy.call("GET").to("8.8.8.8", 80).send())).isEqualTo("TailnetUnavailable");
    }

    @Test
    void restartedTailscaledIsWatchedAgain() {
        assertThat(outcome(proxy.get())).isEqualTo("200");
        for (int i = 0; i < 5; i++) {
            proxy.localApi().dropWatchers();
            assertThat(outcome(proxy.get())).as("waits until the node is back").isEqualTo("200");
        }
        proxy.localApi().setStatus(TailnetStatus.joined().json());
        untilOutcome("TargetNotAllowed", TestProxy.PEER);
    }

    @Test
    void requestWaitsForJoin() {
        proxy.localApi().setStatus(TailnetStatus.notJoined("Starting"));
        await().until(() -> proxy.tailnet().state().equals(new TailnetState.NotJoined("Starting")));

        Future<ProxyResponse> waiting = proxy.call("GET").begin();
        assertThat(outcome(proxy.call("GET").header("ts-health", "true").send()))
                .isEqualTo("200");
        assertThat(waiting.isComplete()).isFalse();
        proxy.localApi().setStatus(TestTailnet.defaultStatus().json());

        assertThat(outcome(TestProxy.await(waiting))).isEqualTo("200");
    }

    @Test
    void definiteProblemShortensWait() throws Exception {
        Path file = dir.resolve("state.json");
        for (boolean definite : List.of(false, true)) {
            Files.writeString(
                    file,
                    new JsonObject()
                            .put(
                                    "problem",
                                    new JsonObject().put("code", "KeyRejected").put("definite", definite))
                            .encode());
            proxy.close();
            proxy = start(TestProxy.options().joinWait(Duration.ofDays(1)).stateFile(file));
            proxy.localApi().setStatus(TailnetStatus.notJoined("NeedsLogin"));
            await().until(() -> proxy.tailnet().state().equals(new TailnetState.NotJoined("NeedsLogin")));

            Future<ProxyResponse> response =
                    proxy.call("GET").within(Duration.ofDays(1)).begin();
            if (definite) {
                assertThat(outcome(TestProxy.await(response))).isEqualTo("TailnetUnavailable");
            } else {
                proxy.localApi().setStatus(TestTailnet.defaultStatus().json());
                assertThat(outcome(TestProxy.await(response))).isEqualTo("200");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"NeedsLogin", "NeedsMachineAuth", "Stopped", "Starting", "NoState"})
    void unjoinedNodeReportsReason(String backendState) {
        proxy.close();
        proxy = start(TestProxy.options().joinWait(Duration.ofMillis(1)));
        proxy.localApi().setStatus(TailnetStatus.notJoined(backendState));
        await().until(() -> proxy.tailnet().state() instanceof TailnetState.NotJoined n
                && n.backendState().equals(backendState));

        ProxyResponse response = proxy.get();

        assertThat(outcome(response)).isEqualTo("TailnetUnavailable");
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.headers().all("retry-after")).isEqualTo(List.of("1"));
        assertThat(response.headers().first("ts-error-message").orElse("")).startsWith("the node");
    }

    @Test
    void extensionProblemIsReported() throws Exception {
        Path file = dir.resolve("state.json");
        Files.writeString(
                file,
                new JsonObject()
                        .put("schema", 1)
                        .put("phase", "joining")
                        .put(
                                "problem",
                                new JsonObject()
                                        .put("code", "KeyRejected")
                                        .put("message", "The auth key was refused.\r\nx: y"))
                        .encode());
        proxy.close();
        proxy = start(TestProxy.options().joinWait(Duration.ofMillis(1)).stateFile(file));
        proxy.localApi().setStatus(TailnetStatus.notJoined("NeedsLogin"));
        await().until(() -> proxy.tailnet().state().equals(new TailnetState.NotJoined("NeedsLogin")));

        assertThat(proxy.get().headers().first("ts-error-message").orElse(""))
                .isEqualTo("KeyRejected: The auth key was refused.  x: y");
    }

    @Test
    void statusPeersAreResolvable() {
        await().until(() -> proxy.tailnet().state() instanceof TailnetState.Joined);
        TailnetState.Joined joined = assertThat(proxy.tailnet().state())
                .asInstanceOf(type(TailnetState.Joined.class))
                .actual();

        assertThat(joined.routes().suffix()).isEqualTo("tailnet.test");
        assertThat(joined.node().name()).isEqualTo("proxy.tailnet.test");
        assertThat(joined.node().version()).isEqualTo("1.102.5");
    }
}
