package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.localstack.kubernetes.Helm;
import dev.tailnetproxy.localstack.kubernetes.KubernetesCluster;
import org.testcontainers.containers.Container.ExecResult;

/** What holds for each chart: helm's own checks, and those of a real API server under Pod Security {@code restricted}. */
final class ChartChecks implements AutoCloseable {

    private final Helm helm;
    private final KubernetesCluster cluster;
    private final String namespace;

    private ChartChecks(Helm helm, KubernetesCluster cluster, String namespace) {
        this.helm = helm;
        this.cluster = cluster;
        this.namespace = namespace;
    }

    /** @param namespace is made for it; nothing is installed in it */
    static ChartChecks start(Helm helm, KubernetesCluster cluster, String namespace) {
        helm.start();
        cluster.kubectlWith(
                """
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: %s
                  labels: {pod-security.kubernetes.io/enforce: restricted, pod-security.kubernetes.io/warn: restricted}
                """
                        .formatted(namespace),
                "apply");
        return new ChartChecks(helm, cluster, namespace);
    }

    /** The chart with these values is free of mistakes, and an API server would make this of it without a warning. */
    void accepts(String values, String resource) {
        ExecResult lint = helm.lint(values);
        assertThat(lint.getExitCode()).as(lint.getStdout() + lint.getStderr()).isZero();
        ExecResult rendered = helm.template(values, "--namespace", namespace);
        assertThat(rendered.getExitCode()).as(rendered.getStderr()).isZero();
        assertThat(cluster.kubectlWith(
                        rendered.getStdout(),
                        "--namespace=" + namespace,
                        "apply",
                        "--dry-run=server",
                        "--validate=strict",
                        "--warnings-as-errors"))
                .contains(resource + " created");
    }

    /** The chart says this of the values, and renders nothing. */
    void refuses(String values, String message) {
        ExecResult rendered = helm.template(values);
        assertThat(rendered.getExitCode()).isNotZero();
        assertThat(rendered.getStderr()).contains(message);
    }

    @Override
    public void close() {
        helm.close();
    }
}
