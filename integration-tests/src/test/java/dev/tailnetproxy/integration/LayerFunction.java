package dev.tailnetproxy.integration;

import dev.tailnetproxy.localstack.functionurl.FunctionInvoker;
import dev.tailnetproxy.localstack.functionurl.RuntimeInterfaceEmulator;
import dev.tailnetproxy.localstack.tailnet.DeployedFunction;
import dev.tailnetproxy.localstack.tailnet.ExecutionEnvironment;
import dev.tailnetproxy.localstack.tailnet.ExtensionState;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** A function in an environment with nothing but the layer: that of {@code examples/layer-only}, or another one. */
final class LayerFunction implements AutoCloseable {

    private static final byte[] EVENT = "{}".getBytes(StandardCharsets.UTF_8);

    private final ExecutionEnvironment environment;

    /** @param environment is stopped when this is closed */
    LayerFunction(ExecutionEnvironment environment) {
        this.environment = environment;
    }

    static LayerFunction start(Tailnet tailnet, Map<String, String> settings) {
        return start(tailnet, settings, environment -> {});
    }

    static LayerFunction start(Tailnet tailnet, Map<String, String> settings, Consumer<ExecutionEnvironment> change) {
        Path example = Checkout.file("examples/layer-only/bootstrap");
        Map<String, String> all = new HashMap<>(settings);
        all.putIfAbsent("TARGET_URL", "http://" + Tailnet.TARGET_NAME + ":" + TargetNode.SERVICE_PORT + "/hello");
        return new LayerFunction(tailnet.startFunction(new DeployedFunction.Bootstrap(example), all, change));
    }

    /** Invokes it; its response (that of the private host), or the emulator's word that the function failed. */
    String invoke() {
        try {
            // A client of its own for each call: a connection kept open does not survive a freeze.
            FunctionInvoker function = new RuntimeInterfaceEmulator(environment.invocations(), Duration.ofSeconds(60));
            FunctionInvoker.InvocationResult outcome = function.invoke(EVENT);
            return outcome instanceof FunctionInvoker.InvocationResult.Returned returned
                    ? returned.json()
                    : outcome.toString();
        } catch (IOException failure) {
            throw new IllegalStateException("the emulator can't be reached", failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stop);
        }
    }

    ExtensionState state() {
        return environment.extensionState();
    }

    ExecutionEnvironment environment() {
        return environment;
    }

    String log() {
        return environment.getLogs();
    }

    /** Runs a command in the environment, as root, and gives what it printed. */
    String run(String... command) {
        return environment.run(command);
    }

    @Override
    public void close() {
        environment.stop();
    }
}
