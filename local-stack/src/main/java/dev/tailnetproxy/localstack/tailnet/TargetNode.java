package dev.tailnetproxy.localstack.tailnet;

import dev.tailnetproxy.localstack.target.TargetService;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** A private machine of the tailnet with the target service on it. */
public final class TargetNode extends GenericContainer<TargetNode> {

    /** The port of the service, in the tailnet. */
    public static final int SERVICE_PORT = 8080;

    /** The port of the scripted target, in the tailnet. */
    public static final int SCRIPTED_PORT = 80;

    /** The port of the scripted target with TLS, in the tailnet. */
    public static final int SCRIPTED_TLS_PORT = 443;

    /** The port of the receiver of webhooks, in the tailnet. */
    public static final int WEBHOOK_PORT = 8090;

    /** The port of the target of plain TCP connections, in the tailnet. */
    public static final int TCP_PORT = 7000;

    private static final int CONTROL_PORT = 9000;

    private static final Pattern ADDRESS = Pattern.compile("the target is in the tailnet as (\\S+)");

    TargetNode(Artifacts artifacts, Network network, Headscale control, String authKey, String name) {
        super(DockerImageName.parse(artifacts.lambdaRuntime()));
        withNetwork(network);
        withEnv("LOGIN_SERVER", control.loginServer());
        withEnv("NODE_NAME", name);
        withEnv("SERVICE_PORT", Integer.toString(SERVICE_PORT));
        withEnv("SCRIPTED_PORT", Integer.toString(SCRIPTED_PORT));
        withEnv("SCRIPTED_TLS_PORT", Integer.toString(SCRIPTED_TLS_PORT));
        withEnv(TargetService.WEBHOOK_PORT_VARIABLE, Integer.toString(WEBHOOK_PORT));
        withEnv(TargetService.TCP_PORT_VARIABLE, Integer.toString(TCP_PORT));
        withEnv("CONTROL_PORT", Integer.toString(CONTROL_PORT));
        withExposedPorts(CONTROL_PORT);
        withCopyToContainer(Transferable.of(control.certificate()), "/var/target/ca.pem");
        withCopyToContainer(Transferable.of(authKey, 0600), "/var/target/auth-key");
        withCopyFileToContainer(MountableFile.forHostPath(artifacts.layer()), "/var/target/layer.zip");
        artifacts.copyClasses(this, "/var/target/classes");
        withCreateContainerCmdModifier(
                command -> command.getHostConfig().withCapAdd(com.github.dockerjava.api.model.Capability.NET_ADMIN));
        withCommand("/bin/sh", "/usr/local/bin/target-entrypoint.sh");
        waitingFor(Wait.forLogMessage(".*the target listens.*", 1).withStartupTimeout(Duration.ofMinutes(2)));
    }

    /** Its IPv4 address in the tailnet. */
    public String address() {
        Matcher address = ADDRESS.matcher(getLogs());
        if (!address.find()) {
            throw new IllegalStateException("the target has not joined the tailnet: " + getLogs());
        }
        return address.group(1);
    }

    /** The control port of the scripted target: sets its responses and returns the requests that arrived. */
    public URI scriptedTarget() {
        return URI.create("http://" + getHost() + ":" + getMappedPort(CONTROL_PORT));
    }

    /** What a test tells the receiver of webhooks, and what it asks it. */
    public WebhookReceiverControl webhooks() {
        return new WebhookReceiverControl(scriptedTarget());
    }

    /** Offers itself to the tailnet as an exit node. */
    public void advertiseExitNode() {
        set("--advertise-exit-node");
    }

    /** Offers to route a prefix to its own network. */
    public void advertiseRoutes(String prefix) {
        set("--advertise-routes=" + prefix);
    }

    private void set(String flag) {
        run("/var/target/bin/tailscale", "--socket=/var/target/tailscaled.sock", "set", flag);
    }

    /** Runs a command beside the service, as root, and returns its output. */
    public String run(String... command) {
        return ContainerExec.output(this, command);
    }
}
