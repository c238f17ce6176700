package dev.tailnetproxy.integration;

import static dev.tailnetproxy.localstack.target.TargetService.HELLO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What goes wrong around a node that is joining or has joined, and how it comes back. */
@FirstLane
class RecoveryIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private final Tailnet tailnet;

    RecoveryIT(Tailnet tailnet) {
        this.tailnet = tailnet;
    }

    @Test
    void joinsAfterControlServerOutage() {
        tailnet.control().stopServer();
        try (LayerFunction function = LayerFunction.start(tailnet, Map.of("TS_HOSTNAME", "patient"))) {
            assertThat(function.invoke()).contains("did not respond");
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(function.state().problem()).contains("ControlUnreachable"));
            await().pollDelay(Duration.ofSeconds(15)).atMost(TIMEOUT).until(() -> true);

            tailnet.control().startAgain();

            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(function.state().phase()).isEqualTo("running"));
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(function.invoke()).isEqualTo(HELLO));
        }
    }

    @Test
    void rejectsControlServerWithUnknownCa() {
        try (LayerFunction function =
                LayerFunction.start(tailnet, Map.of("TS_HOSTNAME", "distrustful", "TS_EXTRA_CA", ""))) {
            function.invoke();

            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(function.state().problem()).contains("ControlUntrusted"));
            assertThat(tailnet.control().nodeNames()).doesNotContain("distrustful");
        }
    }

    @Test
    void deletedNodeRejoinsUnderSameName() {
        try (LayerFunction function = LayerFunction.start(tailnet, Map.of("TS_HOSTNAME", "deleted"))) {
            assertThat(function.invoke()).isEqualTo(HELLO);
            long before = tailnet.control().nodeId("deleted");

            tailnet.control().deleteNode("deleted");

            await().atMost(TIMEOUT).ignoreExceptions().untilAsserted(() -> assertThat(
                            tailnet.control().nodeId("deleted"))
                    .isNotEqualTo(before));
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(function.invoke()).isEqualTo(HELLO));
        }
    }

    @Test
    void expiredNodeRejoins() {
        try (LayerFunction function = LayerFunction.start(tailnet, Map.of("TS_HOSTNAME", "expired"))) {
            assertThat(function.invoke()).isEqualTo(HELLO);

            tailnet.control().expireNode("expired");

            await().atMost(TIMEOUT).until(() -> function.log().contains("NodeExpired"));
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(function.state().phase()).isEqualTo("running"));
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(function.invoke()).isEqualTo(HELLO));
        }
    }

    /** Both freezes at once: the time has to pass anyway. */
    @Test
    void survivesFreezesAroundEphemeralTimeout() {
        try (LayerFunction brief = LayerFunction.start(tailnet, Map.of("TS_HOSTNAME", "brief-freeze"));
                LayerFunction lengthy = LayerFunction.start(tailnet, Map.of("TS_HOSTNAME", "long-freeze"))) {
            assertThat(List.of(brief.invoke(), lengthy.invoke())).containsOnly(HELLO);
            lengthy.environment().freeze();
            brief.environment().freeze();

            await().pollDelay(Duration.ofSeconds(60)).atMost(TIMEOUT).until(() -> true);
            brief.environment().thaw();
            assertThat(brief.invoke()).isEqualTo(HELLO);

            await().atMost(Duration.ofMinutes(3))
                    .untilAsserted(
                            () -> assertThat(tailnet.control().nodeNames()).doesNotContain("long-freeze"));
            lengthy.environment().thaw();
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(lengthy.invoke()).isEqualTo(HELLO));
            assertThat(tailnet.control().nodeNames()).contains("long-freeze");
        }
    }

    @Test
    void killedTailscaledIsRestartedAndRejoins() {
        try (LayerFunction function = LayerFunction.start(tailnet, Map.of("TS_HOSTNAME", "killed"))) {
            assertThat(function.invoke()).isEqualTo(HELLO);

            function.run("pkill", "-9", "-f", "tailscaled --tun");

            await().atMost(TIMEOUT).until(() -> function.log().contains("DaemonExited"));
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(function.state().phase()).isEqualTo("running"));
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(function.invoke()).isEqualTo(HELLO));
        }
    }

    @Test
    void shutdownDuringJoinEndsExtension() {
        tailnet.secrets().createSecret("never-right", "hskey-auth-111111111111-never");
        try (LayerFunction function = LayerFunction.start(
                tailnet, Map.of("TS_HOSTNAME", "interrupted", "TS_SECRET_API_KEY", "never-right"))) {
            function.invoke();
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(function.state().problem()).isPresent());

            function.environment().shutDown();

            await().atMost(TIMEOUT).until(() -> function.log().contains("stopped"));
            assertThat(tailnet.control().nodeNames()).doesNotContain("interrupted");
        }
    }

    @Test
    void fullDiskIsLogged() {
        try (LayerFunction function = LayerFunction.start(
                tailnet,
                Map.of("TS_HOSTNAME", "full"),
                environment -> environment.withTmpFs(Map.of("/tmp", "size=8k,mode=1777")))) {
            function.invoke();

            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(function.log()).contains("DiskFull"));
        }
    }

    @Test
    void twoEnvironmentsWithTheSameNameBothReachTheTarget() {
        try (LayerFunction one = LayerFunction.start(tailnet, Map.of("TS_HOSTNAME", "twin"));
                LayerFunction other = LayerFunction.start(tailnet, Map.of("TS_HOSTNAME", "twin"))) {
            assertThat(List.of(one.invoke(), other.invoke())).containsOnly(HELLO);
            assertThat(tailnet.control().nodeNames("twin")).hasSize(2);
        }
    }
}
