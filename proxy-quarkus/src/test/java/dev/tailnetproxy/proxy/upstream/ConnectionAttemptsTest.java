package dev.tailnetproxy.proxy.upstream;

import static dev.tailnetproxy.proxy.support.TestProxy.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TailnetStatus;
import dev.tailnetproxy.proxy.support.TestProxy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dials that are silent, and others beside them. */
class ConnectionAttemptsTest {

    private static final int ALWAYS = 1000;

    private static final byte[] OK =
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

    private final RawTarget target = new RawTarget((request, out) -> {
        out.write(OK);
        return true;
    });
    private final TestProxy proxy = TestProxy.options()
            .connect(Duration.ofMinutes(1))
            .connectionAttemptDelay(Duration.ofMillis(20))
            .start();

    ConnectionAttemptsTest() {
        proxy.socks().route(TestProxy.PEER, 80, target.port());
    }

    @AfterEach
    void stop() {
        proxy.close();
        target.close();
    }

    private void silent(int dials) {
        proxy.socks().hangNext(TestProxy.PEER, 80, dials, () -> {});
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void requestGetsTheConnectionOfADialBesideASilentOne(int dials) {
        silent(dials);

        assertThat(outcome(proxy.get())).isEqualTo("200");
        assertThat(proxy.socks().dials()).hasSize(dials + 1);
        assertThat(target.received()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH"})
    void requestThatMustNotBeSentTwiceIsSentOnce(String method) {
        silent(2);

        assertThat(outcome(proxy.call(method).send())).isEqualTo("200");
        assertThat(target.received()).hasSize(1);
    }

    @Test
    void thereAreFiveDialsAtMost() {
        silent(ALWAYS);

        assertThat(outcome(proxy.call("GET").within(Duration.ofMillis(500)).send()))
                .isEqualTo("Timeout");
        assertThat(proxy.socks().dials()).hasSize(5);
    }

    @Test
    void nothingIsHeldWhenTheDialsAreOver() {
        silent(2);
        assertThat(outcome(proxy.get())).isEqualTo("200");

        proxy.socks().breakConnections();

        await().untilAsserted(() ->
                assertThat(proxy.limits().targetConnections().used()).isZero());
    }

    @Test
    void clientThatLeavesEndsTheDialling() {
        silent(ALWAYS);
        Promise<Void> gone = Promise.promise();
        Future<ProxyResponse> response = proxy.call("GET").begin(gone.future());
        await().until(() -> !proxy.socks().dials().isEmpty());

        gone.complete();

        assertThat(outcome(TestProxy.await(response))).isEqualTo("ConnectionReset");
        proxy.socks().breakConnections();
        await().untilAsserted(() ->
                assertThat(proxy.limits().targetConnections().used()).isZero());
    }

    /** tailscaled would dial the second time on the host's own network. */
    @Test
    void policyIsAskedBeforeEachDial() {
        proxy.socks().hangNext(TestProxy.PEER, 80, ALWAYS, () -> {
            proxy.localApi().setStatus(TailnetStatus.notJoined("NeedsLogin"));
            await().until(() -> !proxy.tailnet().state().isReady());
        });

        Future<ProxyResponse> response =
                proxy.call("GET").within(Duration.ofSeconds(2)).begin();

        assertThat(outcome(TestProxy.await(response))).isEqualTo("Timeout");
        assertThat(proxy.socks().dials()).hasSize(1);
    }

    @Test
    void logSaysThatADialWasSilent() {
        silent(1);
        try (CapturedLog log = CapturedLog.of("dev.tailnetproxy.proxy.request")) {
            assertThat(outcome(proxy.get())).isEqualTo("200");
            assertThat(log.records()).singleElement().satisfies(line -> assertThat(line.getMdcCopy())
                    .containsEntry("retries", "1")
                    .containsEntry("retryReason", "a dial was silent, and another one had a connection before it"));
        }
    }
}
