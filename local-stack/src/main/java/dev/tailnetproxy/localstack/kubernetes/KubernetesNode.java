package dev.tailnetproxy.localstack.kubernetes;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.HostConfig;
import dev.tailnetproxy.localstack.tailnet.ContainerExec;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * A node of a Kubernetes cluster in a container. The first one also runs the control plane. Its pods reach the other
 * containers of the network by their names.
 */
public final class KubernetesNode extends GenericContainer<KubernetesNode> {

    /** The port of the API server, inside. */
    static final int API_PORT = 6443;

    private static final String AUTHORITY = "/etc/kubernetes/pki/";
    private static final List<String> AUTHORITY_FILES = List.of("ca.crt", "ca.key");
    private static final String IMAGE_ARCHIVE = "/opt/image.tar";
    private static final String NO_FLOWS = " 0 flow entries have been deleted";
    private static final int OWNER_ONLY = 0600;

    private final String name;

    private KubernetesNode(String image, Network network, String name, String zone) {
        super(DockerImageName.parse(image));
        this.name = name;
        withNetwork(network);
        withNetworkAliases(name);
        withEnv("ZONE", zone);
        withCreateContainerCmdModifier(command -> {
            command.withHostName(name);
            allow(command.getHostConfig());
        });
        waitingFor(Wait.forLogMessage(".* is ready\\n", 1).withStartupTimeout(Duration.ofMinutes(3)));
    }

    /** The node with the control plane. */
    static KubernetesNode first(String image, Network network, String name, String zone) {
        return new KubernetesNode(image, network, name, zone).withExposedPorts(API_PORT);
    }

    /** One more node of a cluster whose first node runs. */
    static KubernetesNode joining(KubernetesNode first, Network network, String name, String zone) {
        KubernetesNode node = new KubernetesNode(first.getDockerImageName(), network, name, zone)
                .withEnv("JOIN", first.nodeName())
                .withCommand("worker");
        for (String file : AUTHORITY_FILES) {
            node.withCopyToContainer(Transferable.of(first.read(AUTHORITY + file), OWNER_ONLY), AUTHORITY + file);
        }
        return node;
    }

    /**
     * What a privileged container has, except a capability that a container engine in a container does not have itself
     * and so cannot give.
     */
    private static void allow(HostConfig host) {
        host.withCapAdd(Capability.ALL)
                .withCapDrop(Capability.SYS_RESOURCE)
                .withSecurityOpts(List.of("seccomp=unconfined", "apparmor=unconfined"))
                .withDeviceCgroupRules(List.of("a *:* rwm"))
                .withDevices(Device.parse("/dev/kmsg"))
                .withCgroupnsMode("private");
    }

    /** Its name in the cluster, and in the network of the containers. */
    public String nodeName() {
        return name;
    }

    /** Runs a command on the node, and returns its output. */
    public String run(String... command) {
        return ContainerExec.output(this, command);
    }

    /** Cuts it and its pods off from every other machine, and tells nobody. */
    public void cutOff() {
        changeFilter("--insert");
    }

    /** Ends the {@link #cutOff}. */
    public void reconnect() {
        changeFilter("--delete");
    }

    private void changeFilter(String action) {
        run("iptables", "--wait", "--table=mangle", action, "PREROUTING", "--in-interface=eth0", "--jump=DROP");
        run("iptables", "--wait", "--table=mangle", action, "POSTROUTING", "--out-interface=eth0", "--jump=DROP");
    }

    /**
     * Forgets the datagrams of its pods to a Service that went to one address. The kernel sends later ones from the same
     * port to the same place for half a minute, and kube-proxy leaves that alone as long as the address is ready.
     *
     * @return whether there were any
     */
    public boolean forgetDatagrams(int servicePort, String address) {
        ExecResult result = ContainerExec.run(
                this,
                "conntrack",
                "--delete",
                "--proto=udp",
                "--orig-port-dst=" + servicePort,
                "--reply-src=" + address);
        if (result.getExitCode() != 0 && !result.getStderr().contains(NO_FLOWS)) {
            throw new IllegalStateException("conntrack failed: " + result.getStderr());
        }
        return result.getExitCode() == 0;
    }

    /** Ends the processes of a container at once whose command line has this text; returns how many there were. */
    int kill(String containerId, String commandLine) {
        List<String> processes = run("ctr", "--namespace", "k8s.io", "tasks", "ps", containerId)
                .lines()
                .skip(1)
                .map(line -> line.strip().split("\\s+", -1)[0])
                .filter(process -> commandLine(process).contains(commandLine))
                .toList();
        // One that has ended meanwhile, because another one ended, is no failure.
        ContainerExec.run(
                this,
                Stream.concat(Stream.of("kill", "-KILL"), processes.stream()).toArray(String[]::new));
        return processes.size();
    }

    private String commandLine(String process) {
        return ContainerExec.run(this, "cat", "/proc/" + process + "/cmdline")
                .getStdout()
                .replace('\0', ' ');
    }

    String read(String file) {
        return run("cat", file);
    }

    /** Gives the container runtime the images of an archive as {@code docker save} writes it. */
    void importImages(MountableFile archive) {
        copyFileToContainer(archive, IMAGE_ARCHIVE);
        run("ctr", "--namespace", "k8s.io", "images", "import", IMAGE_ARCHIVE);
        run("rm", IMAGE_ARCHIVE);
    }
}
