package dev.tailnetproxy.localstack.kubernetes;

import com.github.dockerjava.api.command.SaveImagesCmd;
import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.ContainerExec;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.MountableFile;

/**
 * A Kubernetes cluster with one node or several, each in a zone of its own, that pulls no images: those of its pods are
 * loaded from this machine's container engine. Closing it removes the nodes.
 */
public final class KubernetesCluster implements AutoCloseable {

    private static final String KUBECONFIG = "/etc/kubernetes/admin.conf";
    private static final int OWNER_ONLY = 0600;
    private static final String MANIFEST = "/opt/manifest.yaml";
    private static final String INPUT = "/opt/input";
    private static final String LOCAL_SERVER = "https://127.0.0.1:" + KubernetesNode.API_PORT;

    private final Network network;
    private final List<KubernetesNode> nodes = new ArrayList<>();

    private KubernetesCluster(Network network) {
        this.network = network;
    }

    /**
     * Starts it; when this returns its nodes are ready and its DNS responds.
     *
     * @param image the image of a node
     * @param network the network of the nodes, whose other containers are reachable from pods
     * @param labels the labels of the containers
     * @param zones the zone of each node; a node's name is {@code node-} and its zone
     */
    public static KubernetesCluster start(
            String image, Network network, Map<String, String> labels, List<String> zones) {
        if (zones.isEmpty()) {
            throw new IllegalArgumentException("a cluster has at least one node");
        }
        KubernetesCluster cluster = new KubernetesCluster(network);
        try {
            String firstZone = zones.get(0);
            KubernetesNode first = KubernetesNode.first(image, network, nameIn(firstZone), firstZone);
            cluster.add(first, labels);
            for (String zone : zones.subList(1, zones.size())) {
                cluster.add(KubernetesNode.joining(first, network, nameIn(zone), zone), labels);
            }
            return cluster;
        } catch (RuntimeException failure) {
            cluster.close();
            throw failure;
        }
    }

    /** Starts it in the network of a tailnet, whose control server its pods then reach. */
    public static KubernetesCluster start(Artifacts artifacts, Tailnet tailnet, List<String> zones) {
        return start(artifacts.kubernetesNode(), tailnet.network(), Tailnet.runLabels(), zones);
    }

    private static String nameIn(String zone) {
        return "node-" + zone;
    }

    private void add(KubernetesNode node, Map<String, String> labels) {
        nodes.add(node.withLabels(labels));
        node.start();
    }

    /** Runs kubectl with all rights, and returns its output; fails if the command fails. */
    public String kubectl(String... arguments) {
        return ContainerExec.output(controlPlane(), command(arguments));
    }

    /** Runs kubectl with all rights to its end, whatever its exit status. */
    public ExecResult execute(String... arguments) {
        return ContainerExec.run(controlPlane(), command(arguments));
    }

    private static String[] command(String... arguments) {
        return Stream.concat(Stream.of("kubectl"), Stream.of(arguments)).toArray(String[]::new);
    }

    /** Runs kubectl with a manifest: the arguments, then {@code --filename} and the manifest's file. */
    public String kubectlWith(String manifest, String... arguments) {
        return kubectlWith(manifest.getBytes(StandardCharsets.UTF_8), MANIFEST, "--filename=" + MANIFEST, arguments);
    }

    /** Runs kubectl with a file on the control plane's node, which it removes: the arguments, then the last one. */
    String kubectlWith(byte[] content, String file, String last, String... arguments) {
        controlPlane().copyFileToContainer(Transferable.of(content, OWNER_ONLY), file);
        try {
            return kubectl(Stream.concat(Stream.of(arguments), Stream.of(last)).toArray(String[]::new));
        } finally {
            controlPlane().run("rm", file);
        }
    }

    /** Runs kubectl with an input. */
    void pipe(String input, String... arguments) {
        controlPlane().copyFileToContainer(Transferable.of(input, OWNER_ONLY), INPUT);
        controlPlane()
                .run(Stream.concat(
                                Stream.of(
                                        "bash",
                                        "-c",
                                        "kubectl \"$@\" <" + INPUT + "; status=$?; rm " + INPUT + "; exit $status",
                                        "pipe"),
                                Stream.of(arguments))
                        .toArray(String[]::new));
    }

    /** Lets every node have images of this machine's container engine, under the same references. */
    public void loadImages(String... references) {
        loadImages(nodes, references);
    }

    /** Lets some nodes have them. */
    void loadImages(List<KubernetesNode> someNodes, String... references) {
        Path archive = save(references);
        try {
            someNodes.parallelStream().forEach(node -> node.importImages(MountableFile.forHostPath(archive)));
        } finally {
            delete(archive);
        }
    }

    /** A kubeconfig with all rights, for this machine. */
    public String kubeconfig() {
        KubernetesNode first = controlPlane();
        return kubeconfig(first.getHost() + ":" + first.getMappedPort(KubernetesNode.API_PORT));
    }

    /** A kubeconfig with all rights, for the containers of its network. */
    String kubeconfigInNetwork() {
        return kubeconfig(controlPlane().nodeName() + ":" + KubernetesNode.API_PORT);
    }

    private String kubeconfig(String server) {
        return controlPlane().read(KUBECONFIG).replace(LOCAL_SERVER, "https://" + server);
    }

    /** The network of the nodes. */
    Network network() {
        return network;
    }

    /** The nodes; the first one has the control plane. */
    public List<KubernetesNode> nodes() {
        return List.copyOf(nodes);
    }

    /** The node of this name. */
    public KubernetesNode node(String name) {
        return nodes.stream()
                .filter(node -> node.nodeName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no node is called " + name));
    }

    /** The IPv4 addresses of its network, in CIDR notation: of the nodes, and not of the pods. */
    String subnet() {
        return controlPlane()
                .getDockerClient()
                .inspectNetworkCmd()
                .withNetworkId(network.getId())
                .exec()
                .getIpam()
                .getConfig()
                .stream()
                .map(com.github.dockerjava.api.model.Network.Ipam.Config::getSubnet)
                .filter(subnet -> !subnet.contains(":"))
                .findFirst()
                .orElseThrow();
    }

    private KubernetesNode controlPlane() {
        return nodes.get(0);
    }

    /** One archive, in which what the images have in common is once. */
    private Path save(String... references) {
        SaveImagesCmd command = controlPlane().getDockerClient().saveImagesCmd();
        for (String reference : references) {
            ImageReference image = ImageReference.of(reference);
            command.withImage(image.repository(), image.tag());
        }
        try (InputStream images = command.exec()) {
            Path archive = Files.createTempFile("images-", ".tar");
            Files.copy(images, archive, StandardCopyOption.REPLACE_EXISTING);
            return archive;
        } catch (IOException failure) {
            throw new UncheckedIOException(String.join(", ", references) + " can't be saved", failure);
        }
    }

    private static void delete(Path archive) {
        try {
            Files.deleteIfExists(archive);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        nodes.forEach(GenericContainer::stop);
    }
}
