package dev.tailnetproxy.integration;

import dev.tailnetproxy.localstack.functionurl.FunctionInvoker;
import dev.tailnetproxy.localstack.functionurl.RuntimeInterfaceEmulator;
import dev.tailnetproxy.localstack.httpapi.AuthorizerSettings;
import dev.tailnetproxy.localstack.httpapi.HttpApi;
import dev.tailnetproxy.localstack.httpapi.HttpApiSettings;
import dev.tailnetproxy.localstack.tailnet.ExecutionEnvironment;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The proxy in forwarder mode behind an HTTP API, with the authorizer in front of it or without. */
final class DeployedForwarder implements AutoCloseable {

    private static final Duration INVOCATION = Duration.ofSeconds(60);

    private final AtomicInteger invocations = new AtomicInteger();
    private final ExecutionEnvironment forwarder;
    private final Optional<ExecutionEnvironment> authorizer;
    private final HttpApi api;

    private DeployedForwarder(
            ExecutionEnvironment forwarder, Optional<ExecutionEnvironment> authorizer, HttpApiSettings settings) {
        this.forwarder = forwarder;
        this.authorizer = authorizer;
        RuntimeInterfaceEmulator emulator = new RuntimeInterfaceEmulator(forwarder.invocations(), INVOCATION);
        FunctionInvoker function = event -> {
            invocations.incrementAndGet();
            return emulator.invoke(event);
        };
        this.api = authorizer.isEmpty()
                ? HttpApi.open(settings, function)
                : HttpApi.open(
                        settings,
                        AuthorizerSettings.uncached(
                                new RuntimeInterfaceEmulator(authorizer.get().invocations(), INVOCATION)),
                        function);
    }

    static DeployedForwarder start(Tailnet tailnet, Map<String, String> settings, HttpApiSettings api) {
        return new DeployedForwarder(tailnet.startProxy(settings), Optional.empty(), api);
    }

    /** @param sources the value of {@code AUTHD_SOURCE_CIDR} */
    static DeployedForwarder startWithAuthorizer(
            Tailnet tailnet, String sources, Map<String, String> settings, HttpApiSettings api) {
        ExecutionEnvironment authorizer = tailnet.startWebhookAuthorizer(Map.of("AUTHD_SOURCE_CIDR", sources));
        return new DeployedForwarder(tailnet.startProxy(settings), Optional.of(authorizer), api);
    }

    URI address() {
        return api.address();
    }

    /** How often the forwarder was invoked. */
    int invocations() {
        return invocations.get();
    }

    /** The log of the forwarder. */
    String log() {
        return forwarder.getLogs();
    }

    @Override
    public void close() {
        api.close();
        forwarder.stop();
        authorizer.ifPresent(ExecutionEnvironment::stop);
    }
}
