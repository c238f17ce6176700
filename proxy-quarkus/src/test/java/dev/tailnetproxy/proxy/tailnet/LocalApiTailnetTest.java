package dev.tailnetproxy.proxy.tailnet;

import static dev.tailnetproxy.proxy.support.Harness.outcome;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.Harness;
import dev.tailnetproxy.proxy.support.Options;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.ScriptedLocalApi;
import dev.tailnetproxy.proxy.support.Statuses;
import dev.tailnetproxy.proxy.support.TailnetStandIn;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
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
    private Harness proxy = start(Harness.options().allowed("10.1.0.0/16,8.8.8.8"));

    @TempDir
    Path dir;

    private Harness start(Options options) {
        Harness started = options.start();
        started.socks().route(Harness.PEER, 80, target.port());
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
    void aPeerThatLeavesIsNoLongerReached() {
        assertEquals("200", outcome(proxy.get()));
        proxy.localApi().become(Statuses.joined().json());
        untilOutcome("TargetNotAllowed", Harness.PEER);
    }

    @Test
    void aPeerThatComesIsReached() {
        proxy.localApi().become(Statuses.joined().json());
        untilOutcome("TargetNotAllowed", Harness.PEER);
        proxy.localApi().become(TailnetStandIn.usual().json());
        untilOutcome("200", Harness.PEER);
    }

    @Test
    void aSubnetRouterThatGoesDownDoesNotLetTheRequestLoose() {
        assertEquals("200", outcome(proxy.call("GET").to("10.1.2.3", 80).send()));
        proxy.localApi()
                .become(Statuses.joined()
                        .peer("router", false, subnets("10.1.0.0/16"), "100.64.0.3")
                        .json());
        untilOutcome("NoTailnetRoute", "10.1.2.3");
    }

    @Test
    void routesThatThisNodeDoesNotAcceptDoNotCount() {
        assertEquals("200", outcome(proxy.call("GET").to("10.1.2.3", 80).send()));
        proxy.localApi().prefs(ScriptedLocalApi.usualPrefs().put("RouteAll", false));
        untilOutcome("NoTailnetRoute", "10.1.2.3");
    }

    @Test
    void anExitNodeThatNobodyChoseDoesNotCount() {
        proxy.localApi()
                .become(Statuses.joined()
                        .peer("exit", true, subnets("0.0.0.0/0", "::/0"), "100.64.0.4")
                        .json());
        untilOutcome("NoTailnetRoute", "8.8.8.8");
        proxy.localApi().become(Statuses.joined().exitNode(true).json());
        untilOutcome("200", "8.8.8.8");
        proxy.localApi().become(Statuses.joined().exitNode(false).json());
        untilOutcome("TailnetUnavailable", "8.8.8.8");
    }

    @Test
    void anExitNodeThatLostItsApprovalDoesNotCountAlthoughItIsOnline() {
        proxy.localApi().become(Statuses.joined().exitNode(true).json());
        untilOutcome("200", "8.8.8.8");
        proxy.localApi().become(Statuses.joined().exitNode(true, false).json());
        untilOutcome("TailnetUnavailable", "8.8.8.8");
    }

    @Test
    void aRequiredExitNodeThatIsDownStopsEverything() {
        proxy.close();
        proxy = start(Harness.options().exitNodeRequired());
        proxy.localApi().become(TailnetStandIn.usual().exitNode(false).json());
        untilOutcome("TailnetUnavailable", Harness.PEER);
    }

    @Test
    void aRequiredExitNodeMattersOnlyWhenOneIsChosen() {
        proxy.close();
        proxy = start(Harness.options().exitNodeRequired());

        assertEquals("200", outcome(proxy.get()));
        for (String preference : List.of("ExitNodeID", "ExitNodeIP", "AutoExitNode")) {
            proxy.localApi().prefs(new JsonObject().put("RouteAll", true).put(preference, "any"));
            untilOutcome("TailnetUnavailable", Harness.PEER);
            proxy.localApi().prefs(new JsonObject().put("RouteAll", true).put(preference, ""));
            untilOutcome("200", Harness.PEER);
        }
    }

    @Test
    void aConfiguredExitNodeIsMissingUntilTailscaledHasIt() {
        proxy.close();
        proxy = start(Harness.options().exitNodeConfigured().exitNodeRequired());

        assertEquals("TailnetUnavailable", outcome(proxy.get()));
        proxy.localApi().become(TailnetStandIn.usual().exitNode(true).json());
        untilOutcome("200", Harness.PEER);
    }

    @Test
    void anExitNodeThatIsNotRequiredStopsOnlyWhatNeedsIt() {
        proxy.close();
        proxy = start(Harness.options().exitNodeConfigured().allowed("8.8.8.8"));

        assertEquals("200", outcome(proxy.get()));
        assertEquals(
                "TailnetUnavailable",
                outcome(proxy.call("GET").to("8.8.8.8", 80).send()));
    }

    @Test
    void aDaemonThatStartsAnewIsFollowedAgain() {
        assertEquals("200", outcome(proxy.get()));
        for (int i = 0; i < 5; i++) {
            proxy.localApi().dropWatchers();
            assertEquals("200", outcome(proxy.get()), "waits until the node is back");
        }
        proxy.localApi().become(Statuses.joined().json());
        untilOutcome("TargetNotAllowed", Harness.PEER);
    }

    @Test
    void aRequestWaitsForTheNodeToJoin() {
        proxy.localApi().become(Statuses.notJoined("Starting"));
        await().until(() -> proxy.tailnet().state().equals(new TailnetState.NotJoined("Starting")));

        Future<ProxyResponse> waiting = proxy.call("GET").begin();
        assertEquals(
                "200", outcome(proxy.call("GET").header("ts-health", "true").send()));
        assertFalse(waiting.isComplete());
        proxy.localApi().become(TailnetStandIn.usual().json());

        assertEquals("200", outcome(Harness.await(waiting)));
    }

    @Test
    void aProblemThatWaitingDoesNotSolveIsNotWaitedFor() throws IOException {
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
            proxy = start(Harness.options().joinWait(Duration.ofDays(1)).stateFile(file));
            proxy.localApi().become(Statuses.notJoined("NeedsLogin"));
            await().until(() -> proxy.tailnet().state().equals(new TailnetState.NotJoined("NeedsLogin")));

            Future<ProxyResponse> answer =
                    proxy.call("GET").within(Duration.ofDays(1)).begin();
            if (definite) {
                assertEquals("TailnetUnavailable", outcome(Harness.await(answer)));
            } else {
                proxy.localApi().become(TailnetStandIn.usual().json());
                assertEquals("200", outcome(Harness.await(answer)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"NeedsLogin", "NeedsMachineAuth", "Stopped", "Starting", "NoState"})
    void whenItDoesNotJoinTheReasonIsSaid(String backendState) {
        proxy.close();
        proxy = start(Harness.options().joinWait(Duration.ofMillis(1)));
        proxy.localApi().become(Statuses.notJoined(backendState));
        await().until(() -> proxy.tailnet().state() instanceof TailnetState.NotJoined n
                && n.backendState().equals(backendState));

        ProxyResponse response = proxy.get();

        assertEquals("TailnetUnavailable", outcome(response));
        assertEquals(503, response.status());
        assertEquals(List.of("1"), response.headers().all("retry-after"));
        assertTrue(response.headers().first("ts-error-message").orElse("").startsWith("the node"));
    }

    @Test
    void theExtensionsProblemIsTheReason() throws IOException {
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
        proxy = start(Harness.options().joinWait(Duration.ofMillis(1)).stateFile(file));
        proxy.localApi().become(Statuses.notJoined("NeedsLogin"));
        await().until(() -> proxy.tailnet().state().equals(new TailnetState.NotJoined("NeedsLogin")));

        assertEquals(
                "KeyRejected: The auth key was refused.  x: y",
                proxy.get().headers().first("ts-error-message").orElse(""));
    }

    @Test
    void thePeersOfTheStateAreKnown() {
        await().until(() -> proxy.tailnet().state() instanceof TailnetState.Joined);
        TailnetState.Joined joined =
                assertInstanceOf(TailnetState.Joined.class, proxy.tailnet().state());

        assertEquals("tailnet.test", joined.routes().suffix());
        assertEquals("proxy.tailnet.test", joined.node().name());
        assertEquals("1.102.5", joined.node().version());
    }
}
