package dev.tailnetproxy.localstack.kubernetes;

import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.ContainerExec;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.util.stream.Stream;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** Helm with the project's chart, and without a cluster: it checks and renders. */
public final class Helm extends GenericContainer<Helm> {

    private static final String CHART = "/chart";
    private static final String VALUES = "/values.yaml";

    /** The container, which the caller starts and stops. */
    public Helm(Artifacts artifacts) {
        super(DockerImageName.parse(artifacts.helm()));
        withLabels(Tailnet.runLabels());
        withCopyFileToContainer(MountableFile.forHostPath(artifacts.chart()), CHART);
        withCreateContainerCmdModifier(command -> command.withEntrypoint("sleep", "infinity"));
    }

    /** Checks the chart with these values. */
    public ExecResult lint(String values) {
        return run(values, "lint", "--strict", CHART);
    }

    /** Renders the release {@code gateway} with these values. */
    public ExecResult template(String values, String... arguments) {
        return run(
                values,
                Stream.concat(Stream.of("template", "gateway", CHART), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    private ExecResult run(String values, String... arguments) {
        copyFileToContainer(Transferable.of(values), VALUES);
        return ContainerExec.run(
                this,
                Stream.of(Stream.of("helm"), Stream.of(arguments), Stream.of("--values", VALUES))
                        .flatMap(part -> part)
                        .toArray(String[]::new));
    }
}
