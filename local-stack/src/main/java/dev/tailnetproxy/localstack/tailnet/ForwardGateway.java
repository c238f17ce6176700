package dev.tailnetproxy.localstack.tailnet;

import com.github.dockerjava.api.model.Capability;
import dev.tailnetproxy.contract.LayerVariables;
import java.time.Duration;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** The extension on its own in a container, as a gateway of TCP connections to the tailnet. */
public final class ForwardGateway extends GenericContainer<ForwardGateway> {

    private static final String LAYER = "/var/gateway/layer.zip";
    private static final String AUTHORITY = "/var/gateway/control-server.pem";

    ForwardGateway(Artifacts artifacts, Network network, Headscale control, SecretsManager secrets, String alias) {
        super(DockerImageName.parse(artifacts.lambdaRuntime()));
        withNetwork(network);
        withNetworkAliases(alias);
        withEnv(LayerVariables.LOGIN_SERVER.name(), control.loginServer());
        withEnv(LayerVariables.EXTRA_CA.name(), AUTHORITY);
        withEnv(LayerVariables.SECRET_API_KEY.name(), Tailnet.SECRET_NAME);
        withEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets.endpoint());
        withEnv("AWS_REGION", "us-east-1");
        withEnv("AWS_ACCESS_KEY_ID", "ASIALOCALGATEWAY");
        withEnv("AWS_SECRET_ACCESS_KEY", "local-gateway-secret");
        withEnv("AWS_SESSION_TOKEN", "local-gateway-session");
        withCopyFileToContainer(MountableFile.forHostPath(artifacts.layer()), LAYER);
        withCopyToContainer(Transferable.of(control.certificate()), AUTHORITY);
        // No route but to the neighbours: what the extension must not send can then not leave this network.
        withCreateContainerCmdModifier(command -> command.getHostConfig().withCapAdd(Capability.NET_ADMIN));
        withCommand(
                "/bin/sh",
                "-c",
                "ip route del default; unzip -q -o " + LAYER + " -d /opt && exec setpriv --reuid 993 --regid 990"
                        + " --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all /opt/extensions/tailscale");
        waitingFor(Wait.forSuccessfulCommand("grep -q '\"phase\":\"running\"' /tmp/tailscale/state.json")
                .withStartupTimeout(Duration.ofSeconds(60)));
    }

    /** The content of the extension's state file. */
    public ExtensionState extensionState() {
        return ExtensionState.read(this);
    }

    /** Tells the extension to stop, as Kubernetes does, and waits until it has. */
    public void terminate() {
        getDockerClient().stopContainerCmd(getContainerId()).withTimeout(30).exec();
    }

    /** Ends it at once, as a fault. */
    public void kill() {
        getDockerClient().killContainerCmd(getContainerId()).exec();
    }
}
