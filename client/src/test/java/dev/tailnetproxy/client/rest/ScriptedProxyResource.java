package dev.tailnetproxy.client.rest;

import static java.util.Objects.requireNonNull;

import dev.tailnetproxy.client.ScriptedFunctionUrl;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Starts the scripted Function URL before the application, which has its address by configuration. */
public final class ScriptedProxyResource implements QuarkusTestResourceLifecycleManager {

    private static @Nullable ScriptedFunctionUrl proxy;

    static ScriptedFunctionUrl proxy() {
        return requireNonNull(proxy);
    }

    @Override
    public Map<String, String> start() {
        ScriptedFunctionUrl started = new ScriptedFunctionUrl();
        proxy = started;
        // The default chain looks here as well; no test needs the environment changed.
        System.setProperty("aws.accessKeyId", "AKIATEST");
        System.setProperty("aws.secretAccessKey", "test-secret");
        return Map.of("tailscale-proxy.url", started.uri().toString());
    }

    @Override
    public void stop() {
        proxy().close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }
}
