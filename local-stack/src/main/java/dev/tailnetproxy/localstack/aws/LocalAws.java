package dev.tailnetproxy.localstack.aws;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.Volume;
import dev.tailnetproxy.localstack.functionurl.AccessKey;
import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TrustStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.LogUtils;

/**
 * The AWS APIs in a container, with TLS, and with the check of signatures and policies. Functions run in containers of their
 * own in the tailnet's network; all of them go with it.
 */
public final class LocalAws extends GenericContainer<LocalAws> {

    /** The account that everything is in. */
    public static final String ACCOUNT = "123456789012";

    /** The region that everything is in. */
    public static final String REGION = "us-east-1";

    /** The label of its functions' containers; {@code scripts/environment.sh} removes those of a run by it. */
    public static final String INSTANCE_LABEL = "ministack.instance";

    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final String NAME = "local-aws";
    private static final String FUNCTION_URLS = ".lambda-url." + REGION + ".on.aws";
    private static final String HTTP_APIS = ".execute-api." + REGION + ".amazonaws.com";
    private static final int PORT = 443;
    private static final int OWN_PORT = 8443;
    private static final Volume SOCKET = new Volume("/var/run/docker.sock");
    private static final int KEY_MODE = 0600;
    private static final int FUNCTION_STOP_SECONDS = 10;

    /** The account's own key, which it takes for its root and whose secret it does not check: for its set-up alone. */
    private static final AccessKey ROOT = new AccessKey(ACCOUNT, "unchecked");

    private final String instance;
    private final ServerCertificate certificate;
    private final String authorities;
    private final Path folder;

    private LocalAws(Artifacts artifacts, Tailnet tailnet, Path folder) {
        super(DockerImageName.parse(artifacts.localAws()));
        String host = Tailnet.runLabels().get(Tailnet.RUN_LABEL) + "-aws-" + NUMBERS.incrementAndGet();
        this.instance = host + ":" + OWN_PORT;
        this.folder = folder;
        this.certificate = ServerCertificate.create(List.of("localhost", NAME, "*" + FUNCTION_URLS, "*" + HTTP_APIS));
        this.authorities = certificate.certificate() + tailnet.control().certificate();
        withNetwork(tailnet.network());
        withNetworkAliases(NAME);
        withLabels(Tailnet.runLabels());
        withExposedPorts(PORT);
        withCreateContainerCmdModifier(command -> command.withHostName(host)
                .getHostConfig()
                .withBinds(new Bind(DockerClientFactory.instance().getRemoteDockerUnixSocketPath(), SOCKET))
                .withPortBindings(new PortBinding(published(), ExposedPort.tcp(PORT))));
        withCopyToContainer(Transferable.of(certificate.certificate()), "/run/local-aws/tls.crt");
        withCopyToContainer(Transferable.of(certificate.key(), KEY_MODE), "/run/local-aws/tls.key");
        withEnv("MINISTACK_ACCOUNT_ID", ACCOUNT);
        withEnv("MINISTACK_REGION", REGION);
        // The names of HTTP APIs end with it.
        withEnv("MINISTACK_HOST", REGION + ".amazonaws.com");
        withEnv("MINISTACK_IMAGE_PREFIX", artifacts.localAwsFunctions());
        withEnv("DOCKER_NETWORK", networkName(tailnet));
        // What the functions get as AWS_ENDPOINT_URL.
        withEnv("AWS_ENDPOINT_URL", "https://" + NAME);
        withEnv(
                "LAMBDA_DOCKER_FLAGS",
                "--cap-add NET_ADMIN -e LOCAL_TRUST_STORE="
                        + Base64.getEncoder().encodeToString(TrustStore.of(authorities))
                        + " -e LOCAL_AUTHORITIES="
                        + Base64.getEncoder().encodeToString(authorities.getBytes(StandardCharsets.US_ASCII)));
        waitingFor(Wait.forHttps("/_ministack/health")
                .forPort(PORT)
                .allowInsecure()
                .withStartupTimeout(Duration.ofMinutes(1)));
    }

    /** It has Docker's socket and a key that is not checked, so that no other machine may reach it. */
    private static Ports.Binding published() {
        boolean local = DockerClientFactory.instance().dockerHostIpAddress().equals("localhost");
        return local ? Ports.Binding.bindIp("127.0.0.1") : Ports.Binding.empty();
    }

    /**
     * Starts it in a tailnet's network; it is closed before the tailnet.
     *
     * @param folder gets the files that programs of this machine need
     */
    public static LocalAws start(Artifacts artifacts, Tailnet tailnet, Path folder) {
        LocalAws aws = new LocalAws(artifacts, tailnet, folder);
        try {
            Files.createDirectories(folder);
            Files.writeString(aws.certificateFile(), aws.certificate.certificate());
            Files.writeString(aws.authoritiesFile(), aws.authorities);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        try {
            aws.start();
        } catch (RuntimeException failure) {
            aws.stop();
            throw failure;
        }
        return aws;
    }

    /** Docker's networks have names, which are asked for, and ids, which are refused. */
    private static String networkName(Tailnet tailnet) {
        return DockerClientFactory.instance()
                .client()
                .inspectNetworkCmd()
                .withNetworkId(tailnet.network().getId())
                .exec()
                .getName();
    }

    /** Where this machine reaches it. An address, because the SDKs put a bucket's name before a name. */
    public URI endpoint() {
        String host = getHost().equals("localhost") ? "127.0.0.1" : getHost();
        return URI.create("https://" + host + ":" + getMappedPort(PORT));
    }

    /** Its address in the tailnet's network, where the URLs that a deployment prints lead to. */
    public String address() {
        return getContainerInfo().getNetworkSettings().getNetworks().values().stream()
                .map(network -> network.getIpAddress())
                .findFirst()
                .orElseThrow();
    }

    /** Its certificate and that of the control server, in PEM. */
    public String authorities() {
        return authorities;
    }

    /** A file with its certificate. */
    public Path certificateFile() {
        return folder.resolve("local-aws.pem");
    }

    /** A file with {@link #authorities()}: what a deployed function has to trust ({@code -c caBundle=}). */
    public Path authoritiesFile() {
        return folder.resolve("authorities.pem");
    }

    /** Calls of its APIs as the account's root, for set-up and inspection. */
    public AwsApi api() {
        return api(ROOT);
    }

    /** Calls of its APIs as a user. */
    public AwsApi api(AccessKey key) {
        return new AwsApi(endpoint(), REGION, key, TrustStore.context(certificate.certificate()));
    }

    /** Its users and roles. */
    public LocalIam iam() {
        return new LocalIam(api());
    }

    /** The variables that direct programs of this machine to it, and to no other account. */
    public Map<String, String> environment(AccessKey key) {
        return Map.ofEntries(
                Map.entry("AWS_ENDPOINT_URL", endpoint().toString()),
                Map.entry("AWS_ACCESS_KEY_ID", key.id()),
                Map.entry("AWS_SECRET_ACCESS_KEY", key.secret()),
                Map.entry("AWS_REGION", REGION),
                Map.entry("AWS_DEFAULT_REGION", REGION),
                Map.entry("AWS_CONFIG_FILE", "/dev/null"),
                Map.entry("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
                Map.entry("AWS_EC2_METADATA_DISABLED", "true"),
                Map.entry("AWS_CA_BUNDLE", certificateFile().toString()),
                Map.entry("NODE_EXTRA_CA_CERTS", certificateFile().toString()),
                Map.entry("NO_PROXY", "localhost,127.0.0.1"),
                Map.entry("no_proxy", "localhost,127.0.0.1"));
    }

    /** The ids of the containers in which functions run now: one for each execution environment. */
    public List<String> executionEnvironments() {
        return docker().listContainersCmd().withLabelFilter(Map.of(INSTANCE_LABEL, instance)).exec().stream()
                .map(Container::getId)
                .toList();
    }

    /** What functions wrote in the execution environments that are there. */
    public String functionLogs() {
        return executionEnvironments().stream()
                .map(environment -> LogUtils.getOutput(docker(), environment))
                .collect(Collectors.joining());
    }

    /** Ends all of them as Lambda does, when it likes: each extension gets SHUTDOWN. The next invocation is a cold start. */
    public void endExecutionEnvironments() {
        for (String environment : executionEnvironments()) {
            try {
                docker().stopContainerCmd(environment)
                        .withTimeout(FUNCTION_STOP_SECONDS)
                        .exec();
            } catch (NotFoundException | NotModifiedException ended) {
                // It has ended by itself meanwhile.
            }
        }
    }

    /** The containers that it started stay when it ends, and are removed then. */
    @Override
    public void stop() {
        super.stop();
        docker().listContainersCmd().withShowAll(true).withLabelFilter(Map.of(INSTANCE_LABEL, instance)).exec().stream()
                .map(Container::getId)
                .forEach(LocalAws::remove);
    }

    private static void remove(String container) {
        try {
            docker().removeContainerCmd(container)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        } catch (NotFoundException gone) {
            // It was removed meanwhile.
        }
    }

    private static DockerClient docker() {
        return DockerClientFactory.instance().client();
    }
}
