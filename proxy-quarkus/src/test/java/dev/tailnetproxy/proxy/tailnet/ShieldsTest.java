package dev.tailnetproxy.proxy.tailnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.TailnetStatus;
import dev.tailnetproxy.proxy.support.TestLocalApi;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestTailnet;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A node that takes connections from the tailnet is said once, until it is another way. */
class ShieldsTest {

    private CapturedLog log;
    private TestProxy proxy;

    @BeforeEach
    void start() {
        log = CapturedLog.of(LocalApiTailnet.class.getName());
        proxy = TestProxy.options().start();
    }

    @AfterEach
    void stop() {
        proxy.close();
        log.close();
    }

    static Stream<Arguments> preferences() {
        return Stream.of(
                Arguments.of("up", Shields.UP, new JsonObject().put("ShieldsUp", true)),
                Arguments.of("down", Shields.DOWN, new JsonObject().put("ShieldsUp", false)),
                Arguments.of("nothing", Shields.DOWN, new JsonObject()),
                Arguments.of("null", Shields.DOWN, new JsonObject().putNull("ShieldsUp")),
                Arguments.of("a text", Shields.DOWN, new JsonObject().put("ShieldsUp", "true")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("preferences")
    void areUpWhenThePreferencesSaySoInSoManyWords(String name, Shields shields, JsonObject prefs) {
        assertThat(Shields.of(prefs)).isEqualTo(shields);
    }

    private void setStatus(boolean shieldsUp, Shields expected) {
        proxy.localApi().prefs(TestLocalApi.usualPrefs().put("ShieldsUp", shieldsUp));
        await().until(() -> proxy.tailnet().shields() == expected);
    }

    private void becomeAndReadAgain(JsonObject status, Class<? extends TailnetState> expected) {
        proxy.localApi().setStatus(status);
        await().until(() -> expected.isInstance(proxy.tailnet().state()));
    }

    @Test
    void areSaidToBeDownOnce() {
        setStatus(true, Shields.UP);
        assertThat(log.warnings()).isEmpty();

        setStatus(false, Shields.DOWN);
        becomeAndReadAgain(
                TestTailnet.defaultStatus().peer("other", "100.64.0.9").json(), TailnetState.Joined.class);
        await().until(() -> proxy.tailnet().state() instanceof TailnetState.Joined joined
                && joined.routes().names().containsKey("other." + TailnetStatus.SUFFIX));

        assertThat(log.warnings()).isEqualTo(List.of(Shields.WARNING));
    }

    @Test
    void areSaidAgainWhenTheyHaveBeenUpInBetween() {
        setStatus(false, Shields.DOWN);
        setStatus(true, Shields.UP);
        setStatus(false, Shields.DOWN);

        assertThat(log.warnings()).isEqualTo(List.of(Shields.WARNING, Shields.WARNING));
    }

    @Test
    void areNotSaidAgainWhenTailscaledStartsAnew() {
        setStatus(false, Shields.DOWN);
        int looks = looks();
        proxy.localApi().dropWatchers();
        await().until(() -> looks() > looks);

        assertThat(log.warnings().stream().filter(Shields.WARNING::equals).count())
                .isOne();
    }

    private int looks() {
        return (int) proxy.localApi().requests().stream()
                .filter("/localapi/v0/prefs"::equals)
                .count();
    }

    @Test
    void ofANodeThatHasNotJoinedSayNothing() {
        setStatus(true, Shields.UP);
        becomeAndReadAgain(TailnetStatus.notJoined("NeedsLogin"), TailnetState.NotJoined.class);
        proxy.localApi().prefs(new JsonObject());
        becomeAndReadAgain(TailnetStatus.notJoined("Starting"), TailnetState.NotJoined.class);
        await().until(() -> proxy.tailnet().state() instanceof TailnetState.NotJoined notJoined
                && notJoined.backendState().equals("Starting"));

        assertThat(proxy.tailnet().shields()).isEqualTo(Shields.UP);
        assertThat(log.warnings().stream().filter(Shields.WARNING::equals).count())
                .isZero();
    }
}
