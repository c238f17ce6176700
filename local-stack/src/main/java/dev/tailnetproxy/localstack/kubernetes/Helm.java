package dev.tailnetproxy.localstack.kubernetes;

import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.ContainerExec;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** Helm with the project's chart: it checks and renders, and installs in a cluster that it was given. */
public final class Helm extends GenericContainer<Helm> {

    /** The name of the release. */
    public static final String RELEASE = "gateway";

    private static final String CHART = "/chart";
    private static final String KUBECONFIG = "/kubeconfig";
    private static final int OWNER_ONLY = 0600;

    /** The container with the gateway's chart, which the caller starts and stops. */
    public Helm(Artifacts artifacts) {
        this(artifacts, artifacts.chart());
    }

    /** The container with another chart. */
    public Helm(Artifacts artifacts, Path chart) {
        super(DockerImageName.parse(artifacts.kubernetesNode()));
        withLabels(Tailnet.runLabels());
        withCopyFileToContainer(MountableFile.forHostPath(chart), CHART);
        withCreateContainerCmdModifier(command -> command.withEntrypoint("sleep", "infinity"));
    }

    /** Lets it install in a cluster; it must not be started yet. */
    public Helm in(KubernetesCluster cluster) {
        return withNetwork(cluster.network())
                .withEnv("KUBECONFIG", KUBECONFIG)
                .withCopyToContainer(Transferable.of(cluster.kubeconfigInNetwork(), OWNER_ONLY), KUBECONFIG);
    }

    /** Checks the chart with these values. */
    public ExecResult lint(String values) {
        return run(List.of(values), "lint", "--strict", CHART);
    }

    /** Renders the release with these values. */
    public ExecResult template(String values, String... arguments) {
        return run(
                List.of(values),
                Stream.concat(Stream.of("template", RELEASE, CHART), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    /**
     * Installs the release, or changes it to these values, and waits until all its pods are ready.
     *
     * @param values documents of values, of which the later ones take precedence
     */
    public ExecResult upgrade(String namespace, Duration timeout, List<String> values) {
        String[] command = {
            "upgrade",
            RELEASE,
            CHART,
            "--install",
            "--namespace=" + namespace,
            "--wait",
            "--timeout=" + inSeconds(timeout)
        };
        return run(values, command);
    }

    /** Runs the release's tests. */
    public ExecResult test(String namespace, Duration timeout) {
        return run(List.of(), "test", RELEASE, "--namespace=" + namespace, "--timeout=" + inSeconds(timeout), "--logs");
    }

    private static String inSeconds(Duration duration) {
        return duration.toSeconds() + "s";
    }

    private ExecResult run(List<String> values, String... arguments) {
        List<String> command = new ArrayList<>(List.of("helm"));
        command.addAll(List.of(arguments));
        for (int i = 0; i < values.size(); i++) {
            String file = "/values-" + i + ".yaml";
            copyFileToContainer(Transferable.of(values.get(i)), file);
            command.add("--values=" + file);
        }
        return ContainerExec.run(this, command.toArray(String[]::new));
    }
}
