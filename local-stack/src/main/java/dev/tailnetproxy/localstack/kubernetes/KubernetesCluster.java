package dev.tailnetproxy.localstack.kubernetes;

import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.ContainerExec;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
    private static final String MANIFEST = "/opt/manifest.yaml";

    private final List<KubernetesNode> nodes = new ArrayList<>();

    private KubernetesCluster() {}

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
        KubernetesCluster cluster = new KubernetesCluster();
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

    /** Runs kubectl with all rights, and returns its output. */
    public String kubectl(String... arguments) {
        String[] command =
                Stream.concat(Stream.of("kubectl"), Stream.of(arguments)).toArray(String[]::new);
        return ContainerExec.output(controlPlane(), command);
    }

    /** Runs kubectl with a manifest: the arguments, then {@code --filename} and the manifest's file. */
    public String kubectlWith(String manifest, String... arguments) {
        controlPlane().copyFileToContainer(Transferable.of(manifest), MANIFEST);
        return kubectl(Stream.concat(Stream.of(arguments), Stream.of("--filename", MANIFEST))
                .toArray(String[]::new));
    }

    /** Lets every node have an image of this machine's container engine, under the same reference. */
    public void loadImage(String reference) {
        Path archive = save(reference);
        try {
            nodes.forEach(node -> node.importImage(MountableFile.forHostPath(archive)));
        } finally {
            delete(archive);
        }
    }

    /** A kubeconfig with all rights, for this machine. */
    public String kubeconfig() {
        KubernetesNode first = controlPlane();
        return first.read(KUBECONFIG)
                .replace(
                        "https://127.0.0.1:" + KubernetesNode.API_PORT,
                        "https://" + first.getHost() + ":" + first.getMappedPort(KubernetesNode.API_PORT));
    }

    /** The nodes; the first one has the control plane. */
    public List<KubernetesNode> nodes() {
        return List.copyOf(nodes);
    }

    private KubernetesNode controlPlane() {
        return nodes.get(0);
    }

    private Path save(String reference) {
        int colon = reference.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException(reference + " has no tag");
        }
        try (InputStream image = controlPlane()
                .getDockerClient()
                .saveImageCmd(reference.substring(0, colon))
                .withTag(reference.substring(colon + 1))
                .exec()) {
            Path archive = Files.createTempFile("image-", ".tar");
            Files.copy(image, archive, StandardCopyOption.REPLACE_EXISTING);
            return archive;
        } catch (IOException failure) {
            throw new UncheckedIOException("the image " + reference + " can't be saved", failure);
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
