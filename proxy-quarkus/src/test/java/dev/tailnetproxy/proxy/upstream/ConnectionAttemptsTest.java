package dev.tailnetproxy.proxy.upstream;

import static dev.tailnetproxy.proxy.support.TestProxy.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.limits.LimitSettings;
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
import org.junit.jupiter.params.provider.CsvSource;
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
    private final TestProxy proxy = start(Duration.ofMillis(20), 1000);

    ConnectionAttemptsTest() {
        proxy.socks().route(TestProxy.PEER, 80, target.port());
    }

    @AfterEach
    void stop() {
        proxy.close();
        target.close();
    }

    private static TestProxy start(Duration delay, int connections) {
        TestProxy started = TestProxy.options()
                .connect(Duration.ofMinutes(1))
                .connectionAttemptDelay(delay)
                .limits(new LimitSettings(100, 1_000_000, connections, 100))
                .start();
        await().until(() -> started.tailnet().state().isReady());
        return started;
    }

    private void silent(int dials) {
        proxy.socks().hangNext(TestProxy.PEER, 80, dials, () -> {});
    }

    /** Once the dials are over. */
    private void assertNothingIsHeld() {
        proxy.socks().breakConnections();
        await().untilAsserted(() ->
                assertThat(proxy.limits().targetConnections().used()).isZero());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void requestGetsTheConnectionOfADialBesideASilentOne(int dials) {
        silent(dials);

        assertThat(outcome(proxy.get())).isEqualTo("200");
        // A machine that is busy takes longer than the delay for the connection that comes of it.
        assertThat(proxy.socks().dials()).hasSizeBetween(dials + 1, 5);
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
    void nothingIsHeldWhenTheDialsAreOver() {
        silent(2);
        assertThat(outcome(proxy.get())).isEqualTo("200");

        assertNothingIsHeld();
    }

    @Test
    void clientThatLeavesEndsTheDialling() {
        silent(ALWAYS);
        Promise<Void> gone = Promise.promise();
        Future<ProxyResponse> response = proxy.call("GET").begin(gone.future());
        await().until(() -> !proxy.socks().dials().isEmpty());

        gone.complete();

        assertThat(outcome(TestProxy.await(response))).isEqualTo("ConnectionReset");
        assertNothingIsHeld();
    }

    @ParameterizedTest
    @CsvSource({"3, 1", "4, 2", "1000, 5"})
    void thereAreFiveDialsAtMostAndOthersKeepTheirConnections(int connections, int dials) {
        try (TestProxy small = start(Duration.ofMillis(20), connections)) {
            small.socks().hangNext(TestProxy.PEER, 80, ALWAYS, () -> {});

            assertThat(outcome(small.call("GET").within(Duration.ofSeconds(2)).send()))
                    .isEqualTo("Timeout");
            assertThat(small.socks().dials()).hasSize(dials);
        }
    }

    /** tailscaled would dial the second time on the host's own network. */
    @Test
    void policyIsAskedBeforeEachDial() {
        try (TestProxy leaving = start(Duration.ofSeconds(1), 1000)) {
            leaving.socks().hangNext(TestProxy.PEER, 80, ALWAYS, () -> {
                leaving.localApi().setStatus(TailnetStatus.notJoined("NeedsLogin"));
                await().until(() -> !leaving.tailnet().state().isReady());
            });

            assertThat(outcome(leaving.call("GET").within(Duration.ofSeconds(3)).send()))
                    .isEqualTo("Timeout");
            assertThat(leaving.socks().dials()).hasSize(1);
        }
    }

    @Test
    void logSaysThatADialWasSilent() {
        silent(1);
        try (CapturedLog log = CapturedLog.of("dev.tailnetproxy.proxy.request")) {
            assertThat(outcome(proxy.get())).isEqualTo("200");
            await().until(() -> !log.records().isEmpty());
            assertThat(log.records()).singleElement().satisfies(line -> assertThat(line.getMdcCopy())
                    .containsEntry("retries", "1")
                    .containsEntry("retryReason", "a dial was silent, and another one had a connection before it"));
        }
    }
}
