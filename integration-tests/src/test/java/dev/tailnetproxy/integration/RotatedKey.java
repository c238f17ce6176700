package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.localstack.functionurl.FunctionInvoker.InvocationResult;
import dev.tailnetproxy.localstack.functionurl.RuntimeInterfaceEmulator;
import dev.tailnetproxy.localstack.tailnet.ExecutionEnvironment;
import dev.tailnetproxy.localstack.tailnet.SecretsManager;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A secret whose key is rotated: a user of headscale, the credentials of its API, and the function. */
final class RotatedKey implements AutoCloseable {

    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final int KEY_PREFIX_LENGTH = "hskey-auth-123456789012-".length();

    private final Tailnet tailnet;
    private final String name;
    private final long user;
    private final String apiKey;
    private final ExecutionEnvironment function;

    private RotatedKey(Tailnet tailnet, String name, Duration overlap) {
        this.tailnet = tailnet;
        this.name = name;
        this.user = tailnet.control().createUser(name);
        this.apiKey = tailnet.control().createApiKey();
        tailnet.secrets().createSecret(name + "/api", apiKey);
        tailnet.secrets()
                .createSecret(secret(), tailnet.control().createAuthKey(user).value());
        this.function = tailnet.startKeyRotation(
                name,
                Map.of(
                        "TS_ROTATION_CONTROL_SERVER",
                        "headscale",
                        "TS_ROTATION_API_URL",
                        tailnet.control().loginServer(),
                        "TS_ROTATION_HEADSCALE_USER",
                        Long.toString(user),
                        "TS_ROTATION_CREDENTIALS_SECRET",
                        name + "/api",
                        "TS_ROTATION_TAGS",
                        "tag:lambda",
                        "TS_ROTATION_OVERLAP_HOURS",
                        Long.toString(overlap.toHours())));
    }

    static RotatedKey start(Tailnet tailnet, Duration overlap) {
        return new RotatedKey(tailnet, "rotation-" + NUMBERS.incrementAndGet(), overlap);
    }

    /** The name of the secret with the key. */
    String secret() {
        return name + "/auth-key";
    }

    /** Secrets Manager rotates the secret. */
    void rotate() {
        tailnet.secrets().rotate(secret(), name);
    }

    /** What the daily schedule does. */
    void removeOldKeys() throws IOException, InterruptedException {
        String event = new JsonObject()
                .put("Step", "removeOldKeys")
                .put("SecretId", secret())
                .encode();
        InvocationResult result = new RuntimeInterfaceEmulator(function.invocations(), Duration.ofSeconds(60))
                .invoke(event.getBytes(StandardCharsets.UTF_8));
        assertThat(result).isEqualTo(new InvocationResult.Returned("\"removeOldKeys\""));
    }

    /** The function ends at once, at a call to Secrets Manager that is held. */
    void crash() {
        function.killFunction();
        tailnet.secrets().release();
    }

    /** The log lines of steps that Secrets Manager saw fail. */
    List<String> failedSteps() {
        return tailnet.secrets()
                .getLogs()
                .lines()
                .filter(line -> line.contains(":" + secret() + "-") && line.contains(" failed: "))
                .toList();
    }

    String currentKey() {
        return tailnet.secrets().value(secret(), "AWSCURRENT");
    }

    String previousKey() {
        return tailnet.secrets().value(secret(), "AWSPREVIOUS");
    }

    /** The user's keys with which nodes can join, without their secret parts. */
    List<String> validKeys() {
        return tailnet.control().validKeys(user).stream()
                .map(RotatedKey::publicPart)
                .toList();
    }

    /** The part of a key that headscale shows. */
    static String publicPart(String key) {
        return key.substring(0, KEY_PREFIX_LENGTH);
    }

    /** A function with the layer that joins with the key in the secret. */
    LayerFunction startNode(String hostname) {
        return startNode(hostname, secret());
    }

    /** A function with the layer that read the secret before, when it still had this key. */
    LayerFunction startNodeWithKey(String hostname, String key) {
        String copy = name + "/" + hostname;
        SecretsManager secrets = tailnet.secrets();
        secrets.createSecret(copy, key);
        return startNode(hostname, copy);
    }

    private LayerFunction startNode(String hostname, String secret) {
        return LayerFunction.start(tailnet, Map.of("TS_SECRET_API_KEY", secret, "TS_HOSTNAME", name + "-" + hostname));
    }

    /** The key with which a node joined. */
    String keyOf(String hostname) {
        return publicPart(tailnet.control().keyOf(name + "-" + hostname));
    }

    String apiKey() {
        return apiKey;
    }

    String log() {
        return function.getLogs();
    }

    @Override
    public void close() {
        function.stop();
    }
}
