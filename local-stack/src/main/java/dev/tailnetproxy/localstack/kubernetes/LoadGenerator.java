package dev.tailnetproxy.localstack.kubernetes;

import dev.tailnetproxy.localstack.load.LoadRecord;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Locust in a pod without Tailscale, under Pod Security {@code restricted}, whose users use a gateway by both ways all the
 * time: HTTP requests, and queries of a database. Closing it deletes the pod.
 */
public final class LoadGenerator implements AutoCloseable {

    private static final String NAME = "load";
    private static final String RECORDS = "/tmp/records.csv";

    private final KubernetesCluster cluster;
    private final String namespace;

    private LoadGenerator(KubernetesCluster cluster, String namespace) {
        this.cluster = cluster;
        this.namespace = namespace;
    }

    /**
     * Starts one; its first requests may still be to come when this returns.
     *
     * @param image the image with Locust and its users
     * @param node the node of the cluster to run on
     * @param gateway host and port of the gateway's HTTP port
     * @param target host and port of the target, a service that responds with what it received
     * @param database host and port of the Service that leads to Redis
     */
    public static LoadGenerator start(
            KubernetesCluster cluster,
            String namespace,
            String image,
            String node,
            String gateway,
            String target,
            String database) {
        cluster.loadImages(image);
        String variables =
                Map.of("GATEWAY", gateway, "TARGET", target, "DATABASE", database, "RECORDS", RECORDS)
                        .entrySet()
                        .stream()
                        .map(variable -> "{name: %s, value: \"%s\"}".formatted(variable.getKey(), variable.getValue()))
                        .collect(Collectors.joining(", "));
        cluster.kubectlWith(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: %s, labels: {tailnet-proxy-client: "true"}}
                spec:
                  automountServiceAccountToken: false
                  terminationGracePeriodSeconds: 0
                  restartPolicy: Never
                  nodeSelector: {kubernetes.io/hostname: %s}
                  # The C library waits 5 s for a datagram that was lost, and two queries of one socket lose one now and then.
                  dnsConfig: {options: [{name: single-request-reopen}, {name: timeout, value: "1"}]}
                  securityContext:
                    {runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, seccompProfile: {type: RuntimeDefault}}
                  containers:
                    - name: locust
                      image: %s
                      imagePullPolicy: Never
                      env: [%s]
                      securityContext:
                        {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
                      volumeMounts: [{name: tmp, mountPath: /tmp}]
                  volumes: [{name: tmp, emptyDir: {sizeLimit: 64Mi}}]
                """
                        .formatted(NAME, namespace, node, image, variables),
                "apply");
        cluster.kubectl("--namespace=" + namespace, "wait", "pod/" + NAME, "--for=condition=Ready", "--timeout=60s");
        return new LoadGenerator(cluster, namespace);
    }

    /** How many lines its file has, of which the first one is the heading. */
    public long position() {
        return Long.parseLong(read("awk", "END {print NR}", RECORDS).strip());
    }

    /** What became of the requests that ended behind this position. */
    public List<LoadRecord> recordsSince(long position) {
        // A line that is being written has no end yet.
        String lines = read("tail", "--lines=+" + (Math.max(position, 1) + 1), RECORDS);
        return lines.substring(0, lines.lastIndexOf('\n') + 1)
                .lines()
                .map(LoadRecord::parse)
                .toList();
    }

    private String read(String... command) {
        return cluster.kubectl(
                Stream.concat(Stream.of("--namespace=" + namespace, "exec", NAME, "--"), Stream.of(command))
                        .toArray(String[]::new));
    }

    @Override
    public void close() {
        cluster.kubectl("--namespace=" + namespace, "delete", "pod/" + NAME, "--force", "--grace-period=0");
    }
}
