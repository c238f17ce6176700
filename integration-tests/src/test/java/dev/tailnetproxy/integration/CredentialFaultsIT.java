package dev.tailnetproxy.integration;

import static dev.tailnetproxy.localstack.target.TargetService.HELLO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.localstack.faults.ScriptedSecretsManager;
import dev.tailnetproxy.localstack.tailnet.Headscale;
import dev.tailnetproxy.localstack.tailnet.ServerContainer;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with the secret or the key: the function starts, and the state file says why there is no tailnet. */
@FirstLane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CredentialFaultsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private final AtomicInteger servers = new AtomicInteger();
    private final Tailnet tailnet;

    CredentialFaultsIT(Tailnet tailnet) {
        this.tailnet = tailnet;
    }

    @Test
    void invalidKeyIsLoggedOnceAndRetriedWithBackoff() {
        tailnet.secrets().createSecret("wrong-key", "hskey-auth-000000000000-wrong");

        try (LayerFunction function = LayerFunction.start(tailnet, Map.of("TS_SECRET_API_KEY", "wrong-key"))) {
            assertThat(function.invoke()).contains("did not respond");

            await().atMost(TIMEOUT).untilAsserted(() -> {
                assertThat(function.state().problem()).contains("KeyRejected");
                assertThat(function.state().attempts()).isGreaterThan(2);
            });
            assertThat(function.log()).doesNotContain("000000000000-wrong");
            assertThat(function.log().lines().filter(line -> line.contains("KeyRejected")))
                    .hasSize(1);
        }
    }

    @Test
    void joinsAfterExpiredKeyIsReplacedInSecret() {
        Headscale.AuthKey expired = tailnet.control().createAuthKey(tailnet.owner());
        tailnet.control().expire(expired);
        tailnet.secrets().createSecret("expired-key", expired.value());

        try (LayerFunction function = LayerFunction.start(tailnet, Map.of("TS_SECRET_API_KEY", "expired-key"))) {
            function.invoke();
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(function.state().problem()).contains("KeyRejected"));

            tailnet.secrets().putSecretValue("expired-key", tailnet.authKey());

            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(function.state().phase()).isEqualTo("running"));
            assertThat(function.invoke()).isEqualTo(HELLO);
        }
    }

    static Stream<Arguments> hostileSecrets() {
        return Stream.of(
                Arguments.of("a newline", "tskey-auth-first\nsecond"),
                Arguments.of("a backtick", "tskey-auth-`touch /tmp/executed`"),
                Arguments.of("a substitution", "tskey-auth-$(touch /tmp/executed)"),
                Arguments.of("64 KB", "x".repeat(65_536)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileSecrets")
    void hostileSecretIsRejectedAndNeverExecuted(String name, String secret) {
        String secretName = "hostile-" + servers.incrementAndGet();
        tailnet.secrets().createSecret(secretName, secret);

        try (LayerFunction function = LayerFunction.start(tailnet, Map.of("TS_SECRET_API_KEY", secretName))) {
            function.invoke();

            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(function.state().problem())
                            .hasValueSatisfying(code -> assertThat(code).isIn("SecretInvalid", "KeyRejected")));
            assertThat(function.run("sh", "-c", "ls /tmp/executed 2>/dev/null")).isBlank();
        }
    }

    @Test
    void missingSecretIsNamedInStateFile() {
        try (LayerFunction function = LayerFunction.start(tailnet, Map.of("TS_SECRET_API_KEY", "no/such/secret"))) {
            function.invoke();

            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(function.state().problem()).contains("SecretUnavailable"));
            assertThat(function.state().message()).contains("no/such/secret");
        }
    }

    static Stream<Arguments> faultsThatStay() {
        return Stream.of(
                Arguments.of("access denied", List.of("error:400:AccessDeniedException"), "AccessDenied"),
                Arguments.of("garbage", List.of("garbage"), "SecretUnavailable"));
    }

    @ParameterizedTest(name = "{0} is {2}")
    @MethodSource("faultsThatStay")
    void secretsManagerErrorIsReportedInStateFile(String name, List<String> script, String code) {
        try (ServerContainer server = startScriptedSecretsManager(script);
                LayerFunction function = LayerFunction.start(tailnet, settingsFor(server))) {
            function.invoke();

            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(function.state().problem()).contains(code));
        }
    }

    static Stream<Arguments> faultsThatPass() {
        return Stream.of(
                Arguments.of("five seconds of silence", List.of("slow:5000")),
                Arguments.of(
                        "two failures",
                        List.of("error:500:InternalServiceError", "error:503:ServiceUnavailable", "secret")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faultsThatPass")
    void firstInvocationSucceedsAfterSecretsManagerRecovers(String name, List<String> script) {
        try (ServerContainer server = startScriptedSecretsManager(script);
                LayerFunction function = LayerFunction.start(tailnet, settingsFor(server))) {
            assertThat(function.invoke()).isEqualTo(HELLO);
        }
    }

    private ServerContainer startScriptedSecretsManager(List<String> script) {
        return tailnet.startServer(
                ScriptedSecretsManager.class,
                "secrets-" + servers.incrementAndGet(),
                Map.of("/var/faults/secret", tailnet.authKey()),
                script.toArray(String[]::new));
    }

    private static Map<String, String> settingsFor(ServerContainer server) {
        Map<String, String> settings = new HashMap<>();
        settings.put("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://" + server.alias() + ":5000");
        settings.put("TS_HOSTNAME", "with-" + server.alias());
        return settings;
    }
}
