package dev.tailnetproxy.proxy.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.RawTarget;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Secrets Manager as the SDK calls it. */
class SecretsManagerSecretTest {

    private static final String SECRET = "a marked secret \\\"of\\\" text";

    private final RawTarget secretsManager =
            new RawTarget(RawTarget.bytes(response("200 OK", "{\"SecretString\":\"" + SECRET + "\"}")));
    private final Map<String, String> properties = Map.of(
            "aws.region", "eu-central-1",
            "aws.accessKeyId", "test",
            "aws.secretAccessKey", "test",
            // What AWS_ENDPOINT_URL_SECRETS_MANAGER is as a property.
            "aws.endpointUrlSecretsManager", "http://127.0.0.1:" + secretsManager.port());
    private final CapturedLog log = CapturedLog.of("");

    private static String response(String status, String json) {
        return "HTTP/1.1 " + status + "\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: " + json.length()
                + "\r\n\r\n" + json;
    }

    @BeforeEach
    void listen() {
        System.getProperties().putAll(properties);
    }

    @AfterEach
    void stop() {
        log.close();
        properties.keySet().forEach(System::clearProperty);
        secretsManager.close();
    }

    @Test
    void currentVersionIsRead() {
        try (SecretsManagerSecret secret = SecretsManagerSecret.fromEnvironment("hooks/github")) {
            assertThat(secret.read()).isEqualTo("a marked secret \"of\" text");
        }

        assertThat(secretsManager.received()).singleElement().satisfies(call -> {
            assertThat(call.values("X-Amz-Target")).containsExactly("secretsmanager.GetSecretValue");
            assertThat(call.body().toJsonObject().getMap())
                    .isEqualTo(Map.of("SecretId", "hooks/github", "VersionStage", "AWSCURRENT"));
        });
        assertThat(log.messages().toString()).doesNotContain("marked");
    }

    @Test
    void refusalIsASentence() {
        secretsManager.responds(RawTarget.bytes(response(
                "400 Bad Request", "{\"__type\":\"AccessDeniedException\",\"Message\":\"no policy allows it\"}")));
        try (SecretsManagerSecret secret = SecretsManagerSecret.fromEnvironment("hooks/github")) {
            assertThatExceptionOfType(UnreadableSecretException.class)
                    .isThrownBy(secret::read)
                    .withMessageContaining("no policy allows it");
        }
    }

    @Test
    void bytesAreNoSecret() {
        secretsManager.responds(RawTarget.bytes(response("200 OK", "{\"SecretBinary\":\"bWFya2Vk\"}")));
        try (SecretsManagerSecret secret = SecretsManagerSecret.fromEnvironment("hooks/github")) {
            assertThatExceptionOfType(UnreadableSecretException.class)
                    .isThrownBy(secret::read)
                    .withMessageNotContaining("bWFya2Vk");
        }
    }
}
