package dev.tailnetproxy.localstack.kubernetes;

import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.DatabaseMachines;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.testcontainers.containers.Container.ExecResult;

/**
 * The Helm chart, installed with two replicas in a cluster beside a tailnet that has the target and a machine with
 * databases. The pods of the gateway comply with Pod Security {@code restricted}, which the namespace enforces.
 */
public final class GatewayCluster implements AutoCloseable {

    /** The namespace of the gateway, and of the clients that it admits. */
    public static final String NAMESPACE = "gateway";

    /** The name of the gateway's Deployment, Service and PodDisruptionBudget. */
    public static final String GATEWAY = "gateway-tailnet-proxy";

    /** The gateway's HTTP port for all targets, for clients in any namespace. */
    public static final String URL = "http://" + GATEWAY + "." + NAMESPACE;

    /** The Service that leads to PostgreSQL at its own port. */
    public static final String DATABASE_SERVICE = "db";

    /** The Service that leads to Redis at its own port. */
    public static final String CACHE_SERVICE = "cache";

    /** The Service that leads to the target service at port 80. */
    public static final String WEB_SERVICE = "orders";

    /** The Service that leads to the target of TCP connections at its own port. */
    public static final String TCP_SERVICE = "tcp";

    /** The tailnet's machine with PostgreSQL and Redis. */
    public static final String DATABASES = "cluster-databases";

    private static final String GATEWAY_PODS = "app.kubernetes.io/component=gateway";
    private static final String SECRET = "tailnet-key";
    private static final String AUTHORITY = "control-server";
    private static final String CLASSES = "programs";
    private static final Duration READY = Duration.ofMinutes(3);

    private final Artifacts artifacts;
    private final Tailnet tailnet;
    private final KubernetesCluster cluster;
    private final Helm helm;
    private final TargetNode databases;
    private final String password = UUID.randomUUID().toString();

    private GatewayCluster(Artifacts artifacts, Tailnet tailnet, KubernetesCluster cluster, Consumer<String> progress) {
        this.artifacts = artifacts;
        this.tailnet = tailnet;
        this.cluster = cluster;
        this.helm = new Helm(artifacts).in(cluster);
        progress.accept("starting a machine with databases in the tailnet");
        this.databases = tailnet.databases().startDatabases(DATABASES, password);
        try {
            progress.accept("loading the images of the pods into the nodes");
            cluster.loadImages(artifacts.proxyContainer(), artifacts.sidecar());
            cluster.loadImages(List.of(clientNode()), artifacts.databaseClients());
            helm.start();
            prepareNamespace();
            progress.accept("installing the chart with two replicas");
            upgrade();
        } catch (RuntimeException failure) {
            close();
            throw failure;
        }
    }

    /**
     * Installs the chart; when this returns both pods are in the tailnet.
     *
     * @param cluster a cluster in the network of the tailnet
     * @param progress receives a message for each step
     */
    public static GatewayCluster install(
            Artifacts artifacts, Tailnet tailnet, KubernetesCluster cluster, Consumer<String> progress) {
        return new GatewayCluster(artifacts, tailnet, cluster, progress);
    }

    private void prepareNamespace() {
        cluster.kubectlWith(
                """
                apiVersion: v1
                kind: Namespace
                metadata: {name: %s, labels: {pod-security.kubernetes.io/enforce: restricted}}
                """
                        .formatted(NAMESPACE),
                "apply");
        create(new String[] {"secret", "generic", SECRET}, "authKey", bytes(tailnet.authKey()));
        create(
                new String[] {"configmap", AUTHORITY},
                "ca.crt",
                bytes(tailnet.control().certificate()));
        create(new String[] {"configmap", CLASSES}, "helper.jar", ProgramsJar.of(artifacts.programClasses()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void create(String[] what, String key, byte[] content) {
        String file = "/opt/" + key;
        cluster.kubectlWith(
                content,
                file,
                "--from-file=" + key + "=" + file,
                Stream.concat(Stream.of("--namespace=" + NAMESPACE, "create"), Stream.of(what))
                        .toArray(String[]::new));
    }

    private String usualValues() {
        ImageReference proxy = ImageReference.of(artifacts.proxyContainer());
        ImageReference sidecar = ImageReference.of(artifacts.sidecar());
        return """
                image: {repository: %s, tag: "%s", pullPolicy: Never}
                sidecar: {image: {repository: %s, tag: "%s", pullPolicy: Never}}
                tailnet:
                  auth: {existingSecret: {name: %s}}
                  loginServer: %s
                  extraCa: {configMap: %s}
                services:
                  - {name: %s, target: "%s:%d"}
                  - {name: %s, target: "%s:%d"}
                  - {name: %s, target: "%s:%d", protocol: http}
                  - {name: %s, target: "%s:%d"}
                networkPolicy: {extraEgress: [{to: [{ipBlock: {cidr: %s}}]}]}
                """
                .formatted(
                        proxy.repository(),
                        proxy.tag(),
                        sidecar.repository(),
                        sidecar.tag(),
                        SECRET,
                        tailnet.control().loginServer(),
                        AUTHORITY,
                        DATABASE_SERVICE,
                        DATABASES,
                        DatabaseMachines.POSTGRESQL_PORT,
                        CACHE_SERVICE,
                        DATABASES,
                        DatabaseMachines.REDIS_PORT,
                        WEB_SERVICE,
                        Tailnet.TARGET_NAME,
                        TargetNode.SERVICE_PORT,
                        TCP_SERVICE,
                        DATABASES,
                        TargetNode.TCP_PORT,
                        cluster.subnet());
    }

    /**
     * Changes the release to the usual values and these, and waits until its pods are ready; without any it has the usual
     * ones again.
     *
     * @param values documents of values, of which the later ones take precedence
     */
    public void upgrade(String... values) {
        ExecResult result = helm.upgrade(
                NAMESPACE,
                READY,
                Stream.concat(Stream.of(usualValues()), Stream.of(values)).toList());
        if (result.getExitCode() != 0) {
            throw new IllegalStateException(result.getStderr() + result.getStdout() + describe());
        }
    }

    /** Runs {@code helm test}. */
    public ExecResult test() {
        return helm.test(NAMESPACE, READY);
    }

    /** Starts a client that the gateway admits. */
    public ClientPod startClient(String name) {
        return startClient(name, ClientPod.ADMITTED);
    }

    /**
     * Starts a client; it runs on the first node, with the control plane, because the other has no image for it.
     *
     * @param labels of its pod; only {@link ClientPod#ADMITTED} is admitted
     */
    public ClientPod startClient(String name, Map<String, String> labels) {
        return ClientPod.start(
                cluster,
                NAMESPACE,
                name,
                labels,
                artifacts.databaseClients(),
                CLASSES,
                clientNode().nodeName());
    }

    private KubernetesNode clientNode() {
        return cluster.nodes().get(0);
    }

    /** The pods of the gateway that are not about to end. */
    public List<GatewayPod> pods() {
        return new JsonObject(cluster.kubectl(
                        "get", "pods", "--namespace=" + NAMESPACE, "--selector=" + GATEWAY_PODS, "--output=json"))
                .getJsonArray("items").stream()
                        .map(JsonObject.class::cast)
                        .filter(pod -> !pod.getJsonObject("metadata").containsKey("deletionTimestamp"))
                        .map(GatewayPod::of)
                        .toList();
    }

    /**
     * Ends processes of a pod at once, as a fault.
     *
     * @param container the name of the container
     * @param commandLine a part of the command line of each process
     */
    public void kill(GatewayPod pod, String container, String commandLine) {
        int killed = cluster.node(pod.node()).kill(pod.containerId(container), commandLine);
        if (killed == 0) {
            throw new IllegalStateException("no process of " + pod + " has the command line " + commandLine);
        }
    }

    /** The lines that a container of a pod has logged. */
    public String log(GatewayPod pod, String container) {
        return cluster.kubectl("logs", "--namespace=" + NAMESPACE, pod.name(), "--container=" + container);
    }

    /** What the pods of the namespace do, and what happened to them, for the message of a failure. */
    public String describe() {
        return cluster.execute("get", "pods,events", "--namespace=" + NAMESPACE, "--output=wide")
                        .getStdout()
                + cluster.execute(
                                "logs",
                                "--namespace=" + NAMESPACE,
                                "--selector=" + GATEWAY_PODS,
                                "--all-containers",
                                "--prefix",
                                "--tail=30")
                        .getStdout();
    }

    /** The tailnet that the gateway leads into. */
    public Tailnet tailnet() {
        return tailnet;
    }

    /** The cluster. */
    public KubernetesCluster kubernetes() {
        return cluster;
    }

    /** The machine with the databases and the target service. */
    public TargetNode databases() {
        return databases;
    }

    /** The password of the user {@code app} of the database {@code app}. */
    public String databasePassword() {
        return password;
    }

    @Override
    public void close() {
        helm.stop();
        databases.stop();
    }
}
