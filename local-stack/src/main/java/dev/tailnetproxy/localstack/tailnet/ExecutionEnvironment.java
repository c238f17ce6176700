package dev.tailnetproxy.localstack.tailnet;

import com.github.dockerjava.api.model.Capability;
import dev.tailnetproxy.contract.LayerVariables;
import java.net.URI;
import java.time.Duration;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * One Lambda execution environment: the emulator with a function in {@code /var/task}, unprivileged, and usually the layer in
 * {@code /opt}. Extension and runtime start at the first invocation.
 */
public final class ExecutionEnvironment extends GenericContainer<ExecutionEnvironment> {

    private static final int EMULATOR_PORT = 8080;
    private static final int EXECUTABLE = 0755;
    private static final String EXTRA_CA = "/var/lambda/control-server.pem";

    private boolean frozen;

    /** One with the layer. */
    ExecutionEnvironment(
            Artifacts artifacts,
            DeployedFunction function,
            Network network,
            Headscale control,
            SecretsManager secrets) {
        this(artifacts, function, network, secrets);
        withCopyFileToContainer(MountableFile.forHostPath(artifacts.layer()), "/var/lambda/layer.zip");
        withCopyToContainer(Transferable.of(control.certificate()), EXTRA_CA);
        withEnv(LayerVariables.LOGIN_SERVER.name(), control.loginServer());
        withEnv(LayerVariables.EXTRA_CA.name(), EXTRA_CA);
    }

    /** One without the layer: such a function has nothing to do with the tailnet. */
    ExecutionEnvironment(Artifacts artifacts, DeployedFunction function, Network network, SecretsManager secrets) {
        super(DockerImageName.parse(artifacts.lambdaRuntime()));
        withNetwork(network);
        withExposedPorts(EMULATOR_PORT);
        if (function instanceof DeployedFunction.Archive archive) {
            withCopyFileToContainer(MountableFile.forHostPath(archive.zip()), "/var/lambda/function.zip");
        } else if (function instanceof DeployedFunction.Bootstrap bootstrap) {
            withCopyFileToContainer(
                    MountableFile.forHostPath(bootstrap.executable(), EXECUTABLE), "/var/task/bootstrap");
        }
        withCopyFileToContainer(MountableFile.forHostPath(artifacts.runtimeClient()), "/var/runtime");
        withEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets.endpoint());
        withEnv("AWS_REGION", "us-east-1");
        withEnv("AWS_ACCESS_KEY_ID", "ASIALOCALFUNCTION");
        withEnv("AWS_SECRET_ACCESS_KEY", "local-function-secret");
        withEnv("AWS_SESSION_TOKEN", "local-function-session");
        withEnv("AWS_LAMBDA_FUNCTION_TIMEOUT", "60");
        withEnv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512");
        withEnv("_HANDLER", "io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest");
        withCreateContainerCmdModifier(command -> command.getHostConfig().withCapAdd(Capability.NET_ADMIN));
        withCommand("/bin/sh", "/usr/local/bin/lambda-entrypoint.sh");
        waitingFor(Wait.forListeningPorts(EMULATOR_PORT).withStartupTimeout(Duration.ofSeconds(30)));
    }

    /** Where the emulator takes invocations, from this machine. */
    public URI invocations() {
        return URI.create("http://" + getHost() + ":" + getMappedPort(EMULATOR_PORT));
    }

    /** Freezes it as Lambda does between invocations: no process in it runs, and its network is as silent. */
    public void freeze() {
        setLink("down");
        getDockerClient().pauseContainerCmd(getContainerId()).exec();
        frozen = true;
    }

    /** Lets it run again. */
    public void thaw() {
        getDockerClient().unpauseContainerCmd(getContainerId()).exec();
        frozen = false;
        setLink("up");
    }

    /** A frozen container can't be killed. */
    @Override
    public void stop() {
        if (frozen) {
            thaw();
        }
        super.stop();
    }

    /** Runs a command in it, as root, and returns its output. */
    public String run(String... command) {
        return ContainerExec.run(this, command).getStdout();
    }

    private void setLink(String state) {
        run("ip", "link", "set", "eth0", state);
    }

    /** The content of the extension's state file; empty when there is none yet. */
    public ExtensionState extensionState() {
        return ExtensionState.read(this);
    }

    /** Ends the environment as Lambda does: SIGTERM makes the emulator send SHUTDOWN to the extension. */
    public void shutDown() {
        getDockerClient().stopContainerCmd(getContainerId()).withTimeout(10).exec();
    }
}
