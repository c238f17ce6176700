package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.localstack.functionurl.FunctionInvoker.InvocationResult;
import dev.tailnetproxy.localstack.functionurl.RuntimeInterfaceEmulator;
import dev.tailnetproxy.localstack.tailnet.ExecutionEnvironment;
import dev.tailnetproxy.localstack.tailnet.SecretsManager;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TailscaleApi;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A secret whose key is rotated: a user of headscale, the credentials of its API, and the function. */
final class RotatedKey implements AutoCloseable {

    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final String KEY = "hskey-auth-";
    private static final int PUBLIC_LENGTH = "hskey-auth-123456789012-".length();

    /** Whose API the function uses. */
    enum Api {
        HEADSCALE,
        /** A stand-in with headscale's keys behind it. */
        TAILSCALE
    }

    private final Tailnet tailnet;
    private final String name;
    private final long user;
    private final String credentials;
    private final ExecutionEnvironment function;
    private final Optional<TailscaleApi> tailscale;

    private RotatedKey(Tailnet tailnet, String name, Api api, Duration overlap) {
        this.tailnet = tailnet;
        this.name = name;
        this.user = tailnet.control().createUser(name);
        boolean isHeadscale = api == Api.HEADSCALE;
        this.credentials = isHeadscale ? tailnet.control().createApiKey() : TailscaleApi.CLIENT_SECRET;
        tailnet.secrets().createSecret(name + "/api", credentials);
        // Tailscale's keys of other descriptions stay, so that the first one would have to be revoked by hand.
        tailnet.secrets()
                .createSecret(
                        secret(),
                        isHeadscale ? tailnet.control().createAuthKey(user).value() : "no key yet");
        Map<String, String> settings = new HashMap<>(isHeadscale ? headscale() : tailscale());
        settings.put("TS_ROTATION_CREDENTIALS_SECRET", name + "/api");
        settings.put("TS_ROTATION_TAGS", "tag:lambda");
        settings.put("TS_ROTATION_OVERLAP_HOURS", Long.toString(overlap.toHours()));
        this.function = tailnet.startKeyRotation(name, settings);
        this.tailscale = isHeadscale ? Optional.empty() : Optional.of(tailnet.startTailscaleApi(function, user));
    }

    private Map<String, String> headscale() {
        return Map.of(
                "TS_ROTATION_CONTROL_SERVER",
                "headscale",
                "TS_ROTATION_API_URL",
                tailnet.control().loginServer(),
                "TS_ROTATION_HEADSCALE_USER",
                Long.toString(user));
    }

    private static Map<String, String> tailscale() {
        return Map.of("TS_ROTATION_API_URL", TailscaleApi.ADDRESS);
    }

    static RotatedKey start(Tailnet tailnet, Api api, Duration overlap) {
        return new RotatedKey(tailnet, "rotation-" + NUMBERS.incrementAndGet(), api, overlap);
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
        int start = key.indexOf(KEY);
        return key.substring(start, start + PUBLIC_LENGTH);
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

    /** What the function logs in with. */
    String credentials() {
        return credentials;
    }

    String log() {
        return function.getLogs();
    }

    @Override
    public void close() {
        tailscale.ifPresent(TailscaleApi::stop);
        function.stop();
    }
}
