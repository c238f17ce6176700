package dev.tailnetproxy.localstack.tailnet;

import com.github.dockerjava.api.model.Capability;
import dev.tailnetproxy.contract.LayerVariables;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * One Lambda execution environment: the emulator with a function in {@code /var/task}, and with the layer in {@code /opt}
 * where the function has it, unprivileged. Extension and runtime start at the first invocation.
 */
public final class ExecutionEnvironment extends GenericContainer<ExecutionEnvironment> {

    /** tailscaled's SOCKS5 port, inside. */
    public static final int SOCKS_PORT =
            LayerVariables.SOCKS_PORT.defaultNumber().orElseThrow();

    private static final int EMULATOR_PORT = 8080;
    private static final int EXECUTABLE = 0755;
    private static final String EXTRA_CA = "/var/lambda/control-server.pem";
    private static final String TRUST_STORE = "/var/lambda/control-server.p12";

    private boolean frozen;

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

    /** Adds the layer, whose node joins at this control server. */
    ExecutionEnvironment withLayer(Path layer, Headscale control) {
        withCopyFileToContainer(MountableFile.forHostPath(layer), "/var/lambda/layer.zip");
        withCopyToContainer(Transferable.of(control.certificate()), EXTRA_CA);
        withEnv(LayerVariables.LOGIN_SERVER.name(), control.loginServer());
        withEnv(LayerVariables.EXTRA_CA.name(), EXTRA_CA);
        return this;
    }

    /** Lets a function on the JVM call the control server's API: no authority signed its certificate. */
    ExecutionEnvironment withTrustIn(Headscale control) {
        withCopyToContainer(Transferable.of(TrustStore.of(control.certificate())), TRUST_STORE);
        withEnv(
                "JAVA_TOOL_OPTIONS",
                "-Djavax.net.ssl.trustStore=" + TRUST_STORE + " -Djavax.net.ssl.trustStorePassword="
                        + TrustStore.PASSWORD);
        return this;
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

    /** Ends the function's process at once, as a fault. The next invocation starts another one. */
    public void killFunction() {
        ContainerExec.output(this, "pkill", "-9", "-x", "java|bootstrap");
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
