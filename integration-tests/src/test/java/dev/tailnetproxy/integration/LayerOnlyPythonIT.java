package dev.tailnetproxy.integration;

import static dev.tailnetproxy.localstack.target.TargetService.HELLO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.localstack.tailnet.DeployedFunction;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import io.vertx.core.json.Json;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.testcontainers.utility.MountableFile;

/** Scenario: a function in Python with only the layer reaches a private host through the layer's HTTP proxy. */
@FirstLane
class LayerOnlyPythonIT {

    private static final int READABLE = 0644;

    private final Tailnet tailnet;

    LayerOnlyPythonIT(Tailnet tailnet) {
        this.tailnet = tailnet;
    }

    @Test
    void reachesPrivateHostByItsName() {
        try (LayerFunction function = start("python", TargetNode.SERVICE_PORT)) {
            assertThat(function.invoke()).isEqualTo(Json.encode(HELLO));
        }
    }

    @Test
    void reportsHostThatDoesNotListen() {
        try (LayerFunction function = start("python-refused", TargetNode.SERVICE_PORT + 1)) {
            assertThat(function.invoke()).contains("HTTPError", "502");
        }
    }

    private LayerFunction start(String name, int port) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "TS_HOSTNAME",
                name,
                "TARGET_URL",
                "http://" + Tailnet.TARGET_NAME + ":" + port + "/hello",
                "_HANDLER",
                "handler.handler"));
        DeployedFunction runtime =
                new DeployedFunction.Bootstrap(Checkout.file("local-stack/src/main/python/function_runtime.py"));
        return new LayerFunction(tailnet.startFunction(
                runtime,
                settings,
                environment -> environment.withCopyFileToContainer(
                        MountableFile.forHostPath(Checkout.file("examples/layer-only/python/handler.py"), READABLE),
                        "/var/task/handler.py")));
    }
}
