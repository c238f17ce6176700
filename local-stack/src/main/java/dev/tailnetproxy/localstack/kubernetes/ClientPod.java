package dev.tailnetproxy.localstack.kubernetes;

import dev.tailnetproxy.localstack.tailnet.JavaProgram;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.testcontainers.containers.Container.ExecResult;

/**
 * An application's pod without Tailscale: it has {@code curl}, {@code psql}, {@code redis-cli}, and the programs of this
 * module. Closing it deletes it.
 */
public final class ClientPod implements AutoCloseable {

    /** The label that the chart's NetworkPolicy admits. */
    public static final Map<String, String> ADMITTED = Map.of("tailnet-proxy-client", "true");

    private static final String CLASSES = "/var/helper/helper.jar";

    private final KubernetesCluster cluster;
    private final String namespace;
    private final String name;

    private ClientPod(KubernetesCluster cluster, String namespace, String name) {
        this.cluster = cluster;
        this.namespace = namespace;
        this.name = name;
    }

    /**
     * Starts one; when this returns it takes commands.
     *
     * @param image an image with the clients
     * @param classes the name of the ConfigMap with this module's programs
     * @param node the name of the node to run on
     */
    static ClientPod start(
            KubernetesCluster cluster,
            String namespace,
            String name,
            Map<String, String> labels,
            String image,
            String classes,
            String node) {
        String labelLines = labels.entrySet().stream()
                .map(label -> label.getKey() + ": \"" + label.getValue() + "\"")
                .collect(Collectors.joining(", "));
        cluster.kubectlWith(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: %s, labels: {%s}}
                spec:
                  automountServiceAccountToken: false
                  terminationGracePeriodSeconds: 0
                  nodeSelector: {kubernetes.io/hostname: %s}
                  securityContext: {runAsNonRoot: true, runAsUser: 65532, seccompProfile: {type: RuntimeDefault}}
                  containers:
                    - name: client
                      image: %s
                      imagePullPolicy: Never
                      command: [sleep, infinity]
                      env: [{name: HOME, value: /tmp}]
                      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
                      volumeMounts: [{name: classes, mountPath: /var/helper, readOnly: true}]
                  volumes: [{name: classes, configMap: {name: %s}}]
                """
                        .formatted(name, namespace, labelLines, node, image, classes),
                "apply");
        cluster.kubectl("--namespace=" + namespace, "wait", "pod/" + name, "--for=condition=Ready", "--timeout=120s");
        return new ClientPod(cluster, namespace, name);
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Runs a command to its end, whatever its exit status. */
    public ExecResult run(String... command) {
        return cluster.execute(
                Stream.concat(Stream.of("--namespace=" + namespace, "exec", name, "--"), Stream.of(command))
                        .toArray(String[]::new));
    }

    /** Runs a command that succeeds, and returns its output. */
    public String output(String... command) {
        ExecResult result = run(command);
        if (result.getExitCode() != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + " failed: " + result.getStderr() + result.getStdout());
        }
        return result.getStdout();
    }

    /** Puts a file into it. */
    public void put(String path, String content) {
        cluster.pipe(
                content,
                "--namespace=" + namespace,
                "exec",
                "--stdin",
                name,
                "--",
                "sh",
                "-c",
                "umask 077; cat >" + path);
    }

    /** Runs a program of this module, with what it needs beside the JDK's library: the test kit. */
    public ExecResult java(Class<?> program, String... arguments) {
        return run(JavaProgram.command(CLASSES, program, arguments));
    }

    @Override
    public void close() {
        cluster.kubectl("--namespace=" + namespace, "delete", "pod/" + name, "--force", "--grace-period=0");
    }
}
