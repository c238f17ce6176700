package dev.tailnetproxy.localstack.tailnet;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.MountableFile;

/**
 * What the containers are made of: the images' references, which the build leaves in a properties file, and what the
 * other modules built. {@code ./run} builds only a part of it; what is missing is named when it is asked for.
 */
public final class Artifacts {

    private final Path repository;
    private final Path target;
    private final Properties images;

    private Artifacts(Path repository, Path target, Properties images) {
        this.repository = repository;
        this.target = target;
        this.images = images;
    }

    /**
     * Finds everything from the repository's folder.
     *
     * @param repository the top folder of the checkout
     * @throws UncheckedIOException when nothing was built yet
     */
    public static Artifacts of(Path repository) {
        Path target = repository.resolve("local-stack/target");
        Properties images = new Properties();
        Path file = target.resolve("images.properties");
        try (Reader reader = Files.newBufferedReader(file)) {
            images.load(reader);
        } catch (IOException missing) {
            throw new UncheckedIOException(file + " can't be read; build it with mvn package", missing);
        }
        return new Artifacts(repository, target, images);
    }

    /** The top folder of the checkout. */
    public Path repository() {
        return repository;
    }

    /** The image of the control server. */
    public String headscale() {
        return image("headscale");
    }

    /** The image in which functions and the target service run. */
    public String lambdaRuntime() {
        return image("lambda-runtime");
    }

    /** The image of a private network behind a subnet router. */
    public String cluster() {
        return image("cluster");
    }

    /** The image of a machine with databases. */
    public String databases() {
        return image("databases");
    }

    /** The image of a machine with clients of databases. */
    public String databaseClients() {
        return image("database-clients");
    }

    /** The image of the Secrets Manager. */
    public String secretsManager() {
        return image("secrets-manager");
    }

    /** The image of the local AWS. */
    public String localAws() {
        return image("local-aws");
    }

    /** The beginning of the names of the images in which its functions run; AWS's own names follow. */
    public String localAwsFunctions() {
        return image("local-aws-functions");
    }

    /** The command line of the client. */
    public Path commandLine() {
        return built(repository.resolve("client/target/tailnet-proxy-client-cli.jar"));
    }

    /** The image of a node of a Kubernetes cluster. */
    public String kubernetesNode() {
        return image("kubernetes-node");
    }

    /** The image of the load generator. */
    public String locust() {
        return image("locust");
    }

    /** The image with helm. */
    public String helm() {
        return image("helm");
    }

    /** Whether the images of a Kubernetes cluster were built, which takes long. */
    public boolean hasKubernetes() {
        return images.containsKey("kubernetes-node");
    }

    /** The folder of the Helm chart. */
    public Path chart() {
        return built(repository.resolve("deploy/helm/tailnet-proxy"));
    }

    /** The folder of the Helm chart of a subnet router. */
    public Path routerChart() {
        return built(repository.resolve("deploy/helm/tailnet-router"));
    }

    /** The image of tailscaled beside the proxy's container, or alone. */
    public String sidecar() {
        return image("sidecar");
    }

    /** The image of the proxy as a container. */
    public String proxyContainer() {
        return image("proxy");
    }

    /** The executable of a tailscaled that routes subnets, which the layer's can't. */
    public Path subnetRouter() {
        return built(repository.resolve("layer/target/subnet-router"));
    }

    /** The image of that tailscaled with the extension. */
    public String router() {
        return image("router");
    }

    /** The layer's archive for this machine's architecture. */
    public Path layer() {
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x86_64";
        return built(repository.resolve("layer/target/tailscale-layer-" + architecture + ".zip"));
    }

    /** The proxy's archive. */
    public Path function() {
        return built(repository.resolve("proxy-quarkus/target/function.zip"));
    }

    /** The key rotation's archive. */
    public Path keyRotation() {
        return built(repository.resolve("key-rotation-quarkus/target/function.zip"));
    }

    /** The program of the stand-in for Tailscale's API. */
    Path tailscaleApi() {
        return built(repository.resolve("local-stack/src/main/python/tailscale_api.py"));
    }

    /** The archive of the webhook authorizer. */
    public Path webhookAuthorizer() {
        return built(repository.resolve("webhook-authorizer-quarkus/target/function.zip"));
    }

    /** The folder of AWS's Java runtime interface client. */
    public Path runtimeClient() {
        return built(target.resolve("runtime-client"));
    }

    /** Puts the classes of this module's servers into a folder of a container, with those that they need. */
    void copyClasses(GenericContainer<?> container, String folder) {
        for (Path classes : programClasses()) {
            container.withCopyFileToContainer(MountableFile.forHostPath(classes), folder);
        }
    }

    /** The folders of the classes of this module's programs. */
    public List<Path> programClasses() {
        return List.of(built(target.resolve("classes")), testKitClasses());
    }

    /** The folder of the test kit's classes, which need no library. */
    public Path testKitClasses() {
        return built(repository.resolve("test-kit/target/classes"));
    }

    private String image(String name) {
        String reference = images.getProperty(name);
        if (reference == null) {
            throw new IllegalStateException("the image " + name + " is missing; build it with mvn package");
        }
        return reference;
    }

    private static Path built(Path file) {
        if (!Files.exists(file)) {
            throw new IllegalStateException(file + " is missing; build it with mvn package");
        }
        return file;
    }
}
