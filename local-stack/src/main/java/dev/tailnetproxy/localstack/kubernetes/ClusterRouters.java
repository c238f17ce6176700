package dev.tailnetproxy.localstack.kubernetes;

import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.testcontainers.containers.Container.ExecResult;

/**
 * Two subnet routers in a cluster, which offer its services and pods to a tailnet: the project's chart, under Pod Security
 * {@code restricted}. Closing it removes them.
 */
public final class ClusterRouters implements AutoCloseable {

    /** The network of the cluster's services. */
    public static final String SERVICES = "10.96.0.0/16";

    /** The network of the cluster's pods. */
    public static final String PODS = "10.244.0.0/16";

    private static final String NAMESPACE = "routers";
    private static final Duration READY = Duration.ofMinutes(2);

    private static final String PREREQUISITES =
            """
            apiVersion: v1
            kind: Namespace
            metadata: {name: %1$s, labels: {pod-security.kubernetes.io/enforce: restricted}}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: tailnet-key, namespace: %1$s}
            stringData: {authKey: "%2$s"}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: authority, namespace: %1$s}
            data:
              ca.crt: |
            %3$s
            """;

    private static final String VALUES =
            """
            nameOverride: router
            routes: [%s, %s]
            image: {repository: %s, tag: "%s", pullPolicy: Never}
            tailnet:
              auth: {existingSecret: {name: tailnet-key}}
              loginServer: %s
              extraCa: {configMap: authority}
            # The control server and the tailnet's other nodes are in the network of the containers; so is the API server.
            networkPolicy:
              targets: [{namespaceSelector: {}}]
              extraEgress: [{to: [{ipBlock: {cidr: %s}}], ports: [{port: 8443, protocol: TCP}, {protocol: UDP}]}]
            """;

    private final KubernetesCluster cluster;

    private ClusterRouters(KubernetesCluster cluster) {
        this.cluster = cluster;
    }

    /** Installs them; when this returns they are in the tailnet, and nobody has approved their routes. */
    public static ClusterRouters install(Artifacts artifacts, Tailnet tailnet, KubernetesCluster cluster) {
        cluster.loadImages(artifacts.router());
        String authority = tailnet.control().certificate().indent(4);
        cluster.kubectlWith(PREREQUISITES.formatted(NAMESPACE, tailnet.authKey(), authority), "apply");
        ClusterRouters routers = new ClusterRouters(cluster);
        ImageReference image = ImageReference.of(artifacts.router());
        String loginServer = tailnet.control().loginServer();
        String values =
                VALUES.formatted(SERVICES, PODS, image.repository(), image.tag(), loginServer, cluster.subnet());
        try (Helm helm = new Helm(artifacts, artifacts.routerChart()).in(cluster)) {
            helm.start();
            ExecResult result = helm.upgrade(NAMESPACE, READY, List.of(values));
            if (result.getExitCode() != 0) {
                String what = result.getStderr() + routers.describe();
                routers.close();
                throw new IllegalStateException(what);
            }
        }
        return routers;
    }

    /** Waits until as many as there should be are in the tailnet. */
    public void awaitReady() {
        kubectl("rollout", "status", "deployment/router", "--timeout=" + READY.toSeconds() + "s");
    }

    /** The pod of a node of the tailnet, which has the name of its pod, maybe with a number behind it. */
    public GatewayPod podOf(String node) {
        return new JsonObject(kubectl("get", "pods", "--output=json"))
                .getJsonArray("items").stream()
                        .map(pod -> GatewayPod.of((JsonObject) pod))
                        .filter(pod -> node.startsWith(pod.name()))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("no pod has the node " + node));
    }

    /** Ends a pod as a rollout does: it logs out of the tailnet. */
    public void end(GatewayPod pod) {
        kubectl("delete", "pod", pod.name(), "--wait=false");
    }

    /** Kills the processes of a pod, which tell nobody. Its container is started again, with a new node. */
    public void kill(GatewayPod pod) {
        String container = pod.containerId(GatewayPod.TAILSCALED);
        cluster.node(pod.node())
                .run("ctr", "--namespace", "k8s.io", "tasks", "kill", "--signal", "SIGKILL", "--all", container);
    }

    /** Lets no packet of a pod through, nor one to it, as if it were cut off; nobody is told. */
    public void cutOff(GatewayPod pod) {
        changeFilter("--insert", pod);
    }

    /** Lets the packets of a pod through again. */
    public void reconnect(GatewayPod pod) {
        changeFilter("--delete", pod);
    }

    private void changeFilter(String change, GatewayPod pod) {
        for (String side : List.of("--source", "--destination")) {
            cluster.node(pod.node())
                    .run("iptables", "--wait", change, "FORWARD", side, pod.address(), "--jump", "DROP");
        }
    }

    /** What the pods do, and what they have logged, for the message of a failure. */
    public String describe() {
        return kubectl("get", "pods", "--output=wide")
                + kubectl("logs", "--selector=app.kubernetes.io/name=tailnet-router", "--prefix", "--tail=30");
    }

    private String kubectl(String... arguments) {
        return cluster.kubectl(Stream.concat(Stream.of("--namespace=" + NAMESPACE), Stream.of(arguments))
                .toArray(String[]::new));
    }

    @Override
    public void close() {
        cluster.kubectl("delete", "namespace", NAMESPACE);
    }
}
