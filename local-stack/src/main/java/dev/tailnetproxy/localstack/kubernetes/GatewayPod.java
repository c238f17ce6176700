package dev.tailnetproxy.localstack.kubernetes;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A pod of the gateway.
 *
 * @param name its name, which is also that of its node in the tailnet
 * @param node the name of the cluster's node that it runs on
 * @param address its address in the cluster
 * @param ready whether Services lead to it
 * @param containers the identities of its containers, by their names
 */
public record GatewayPod(String name, String node, String address, boolean ready, Map<String, String> containers) {

    /** The container with tailscaled and the layer's extension. */
    public static final String TAILSCALED = "tailscaled";

    /** The container with the proxy. */
    public static final String PROXY = "proxy";

    private static final String RUNTIME = "containerd://";

    /** Reads one from what the API server tells of it. */
    static GatewayPod of(JsonObject pod) {
        JsonObject status = pod.getJsonObject("status");
        boolean ready = objects(status, "conditions")
                .anyMatch(condition -> condition.getString("type").equals("Ready")
                        && condition.getString("status").equals("True"));
        Map<String, String> containers = Stream.concat(
                        objects(status, "initContainerStatuses"), objects(status, "containerStatuses"))
                .filter(container -> container.containsKey("containerID"))
                .collect(Collectors.toMap(
                        container -> container.getString("name"),
                        container -> container.getString("containerID").substring(RUNTIME.length())));
        return new GatewayPod(
                pod.getJsonObject("metadata").getString("name"),
                pod.getJsonObject("spec").getString("nodeName", ""),
                status.getString("podIP", ""),
                ready,
                containers);
    }

    /** The identity of a container that was started. */
    String containerId(String container) {
        String id = containers.get(container);
        if (id == null) {
            throw new IllegalStateException("no container " + container + " was started in " + this);
        }
        return id;
    }

    private static Stream<JsonObject> objects(JsonObject status, String list) {
        return status.getJsonArray(list, new JsonArray()).stream().map(JsonObject.class::cast);
    }
}
