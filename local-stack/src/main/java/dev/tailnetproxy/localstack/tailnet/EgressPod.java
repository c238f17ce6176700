package dev.tailnetproxy.localstack.tailnet;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Volume;
import com.github.dockerjava.api.model.VolumesFrom;
import dev.tailnetproxy.contract.ProxyVariables;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * The proxy as a container with tailscaled beside it. What makes the two a pod is what makes one in Kubernetes: they
 * share a network and the folder of tailscaled's socket.
 */
public final class EgressPod implements AutoCloseable {

    /** The port for requests, inside. */
    public static final int PORT = 8080;

    /** tailscaled's SOCKS5 port, inside. */
    public static final int SOCKS_PORT = ExecutionEnvironment.SOCKS_PORT;

    private static final String SOCKET_FOLDER = "/var/run/tailscale";

    /** tailscaled's socket, inside. */
    public static final String SOCKET = SOCKET_FOLDER + "/tailscaled.sock";

    /** The port for health and metrics, inside. */
    public static final int MANAGEMENT_PORT = 9000;

    /** The memory limit of a small pod, which suffices for any traffic. */
    private static final long MEMORY_BYTES = 256L * 1024 * 1024;

    private static final String JOIN_TRIGGER = "/var/sidecar/join";

    private static final String WAITING_MESSAGE = "the node waits to be told to join";

    private final Container tailscaled;
    private final Container proxy;

    private static final class Container extends GenericContainer<Container> {
        Container(String image) {
            super(DockerImageName.parse(image));
        }
    }

    /** Whether its node joins at start or on request. */
    enum Joining {
        AT_START,
        ON_REQUEST
    }

    EgressPod(
            Artifacts artifacts,
            Network network,
            Headscale control,
            String authKey,
            String name,
            Joining joining,
            Map<String, String> settings,
            String image,
            Consumer<GenericContainer<?>> registrar) {
        tailscaled = tailscaled(artifacts, network, control, authKey, name);
        if (joining == Joining.ON_REQUEST) {
            tailscaled.withEnv("JOIN_TRIGGER", JOIN_TRIGGER);
            tailscaled.waitingFor(
                    Wait.forLogMessage(".*" + WAITING_MESSAGE + ".*", 1).withStartupTimeout(Duration.ofMinutes(1)));
        }
        registrar.accept(tailscaled);
        tailscaled.start();
        proxy = proxy(image, settings);
        registrar.accept(proxy);
        proxy.start();
    }

    private static Container tailscaled(
            Artifacts artifacts, Network network, Headscale control, String authKey, String name) {
        return new Container(artifacts.lambdaRuntime())
                .withNetwork(network)
                .withNetworkAliases(name)
                .withEnv("LOGIN_SERVER", control.loginServer())
                .withEnv("NODE_NAME", name)
                .withExposedPorts(PORT, MANAGEMENT_PORT)
                .withCopyToContainer(Transferable.of(control.certificate()), "/var/sidecar/ca.pem")
                .withCopyToContainer(Transferable.of(authKey, 0600), "/var/sidecar/auth-key")
                .withCopyFileToContainer(MountableFile.forHostPath(artifacts.layer()), "/var/sidecar/layer.zip")
                .withCreateContainerCmdModifier(command -> {
                    command.withVolumes(new Volume(SOCKET_FOLDER));
                    command.getHostConfig().withCapAdd(Capability.NET_ADMIN);
                })
                .withCommand("/bin/sh", "/usr/local/bin/sidecar-entrypoint.sh")
                .waitingFor(Wait.forLogMessage(".*the node is in the tailnet.*", 1)
                        .withStartupTimeout(Duration.ofMinutes(1)));
    }

    private Container proxy(String image, Map<String, String> settings) {
        return new Container(image)
                .withNetworkMode("container:" + tailscaled.getContainerId())
                .withEnv(ProxyVariables.LOCALAPI_SOCKET.name(), SOCKET)
                .withEnv(settings)
                .withCreateContainerCmdModifier(command -> command.getHostConfig()
                        .withMemory(MEMORY_BYTES)
                        .withMemorySwap(MEMORY_BYTES)
                        .withVolumesFrom(new VolumesFrom(tailscaled.getContainerId(), AccessMode.rw)))
                .waitingFor(Wait.forLogMessage(".*serves requests on.*", 1).withStartupTimeout(Duration.ofMinutes(1)));
    }

    /** Lets the node of a pod that waits for this join the tailnet. */
    public void join() {
        run("sh", "-c", "echo join >" + JOIN_TRIGGER);
    }

    /** Ends the tailscaled of a pod that joins on request; its replacement is a new node that waits. */
    public void restartNode() {
        run("pkill", "-TERM", "-x", "tailscaled");
    }

    /** The lines that the proxy has logged so far. */
    public List<String> proxyLog() {
        return proxy.getLogs().lines().toList();
    }

    /** Where it takes requests, from this machine. */
    public URI requests() {
        return at(PORT);
    }

    /** Where it tells about health and metrics, from this machine. */
    public URI management() {
        return at(MANAGEMENT_PORT);
    }

    private URI at(int port) {
        return URI.create("http://" + tailscaled.getHost() + ":" + tailscaled.getMappedPort(port));
    }

    /** The container of tailscaled, whose network is the pod's. */
    public GenericContainer<?> tailscaled() {
        return tailscaled;
    }

    /** Runs a command beside tailscaled, as root, and returns its output. */
    public String run(String... command) {
        return ContainerExec.output(tailscaled, command);
    }

    /** Runs a command beside the proxy's process, in its memory, and returns its output. */
    public String runInProxy(String... command) {
        return ContainerExec.output(proxy, command);
    }

    /** The most memory that the proxy's process had resident so far, in KiB. */
    public long proxyPeakKilobytes() {
        return runInProxy("cat", "/proc/1/status")
                .lines()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                .findFirst()
                .orElseThrow();
    }

    /** Tells the proxy to stop, as Kubernetes does, and waits until it has. */
    public void terminate() {
        proxy.getDockerClient()
                .stopContainerCmd(proxy.getContainerId())
                .withTimeout(30)
                .exec();
    }

    /** Takes the node out of the tailnet, as somebody with the CLI would. */
    public void leaveTailnet() {
        ContainerExec.run(tailscaled, "/var/sidecar/bin/tailscale", "--socket=" + SOCKET, "down");
    }

    /** Lets the node take or refuse connections from the tailnet. */
    public void shieldsUp(boolean up) {
        ContainerExec.run(tailscaled, "/var/sidecar/bin/tailscale", "--socket=" + SOCKET, "set", "--shields-up=" + up);
    }

    /** Whether the kernel has ended a process of the proxy because it used too much memory. */
    public boolean outOfMemory() {
        return Boolean.TRUE.equals(proxy.getCurrentContainerInfo().getState().getOOMKilled());
    }

    /** How the proxy's process has ended, in a few words; empty while it runs. */
    public String end() {
        ContainerState state = proxy.getCurrentContainerInfo().getState();
        if (Boolean.TRUE.equals(state.getRunning())) {
            return "";
        }
        return Boolean.TRUE.equals(state.getOOMKilled())
                ? "ended by the kernel: out of memory"
                : "ended with status " + state.getExitCodeLong();
    }

    @Override
    public void close() {
        proxy.stop();
        tailscaled.stop();
    }
}
