package dev.tailnetproxy.localstack.tailnet;

import com.github.dockerjava.api.model.ContainerNetwork;
import dev.tailnetproxy.contract.LayerVariables;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.Consumer;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.MountableFile;

/**
 * A whole tailnet on a network of its own: the control server, a Secrets Manager with the auth key, and a private
 * machine with a service. Execution environments are added to it. Closing it removes every container and the network.
 */
public final class Tailnet implements AutoCloseable {

    /** The name of the target in MagicDNS. */
    public static final String TARGET_NAME = "target";

    /** The label that everything made for one run carries; the value is {@code TAILNET_PROXY_RUN} of the environment. */
    public static final String RUN_LABEL = "dev.tailnetproxy.run";

    private static final int EXECUTABLE = 0755;

    static final String SECRET_NAME = "tailscale/auth-key";

    private final Artifacts artifacts;
    private final Network network;
    private final Deque<GenericContainer<?>> containers = new ArrayDeque<>();
    private final Headscale control;
    private final SecretsManager secrets;
    private final TargetNode target;
    private final long owner;
    private final String authKey;

    private Tailnet(Artifacts artifacts, Duration changeDelay, Consumer<String> progress) {
        this.artifacts = artifacts;
        this.network = Network.builder()
                .createNetworkCmdModifier(command -> command.withLabels(runLabels()))
                .build();
        try {
            progress.accept("starting the control server and a Secrets Manager");
            this.control = register(new Headscale(artifacts, network, changeDelay));
            this.secrets = register(new SecretsManager(artifacts, network));
            Startables.deepStart(control, secrets).join();
            this.owner = control.createUser("owner");
            this.authKey = control.createAuthKey(owner).value();
            secrets.createSecret(SECRET_NAME, authKey);
            progress.accept("starting a private machine that joins the tailnet");
            this.target = register(new TargetNode(artifacts, network, control, authKey, TARGET_NAME));
            target.start();
        } catch (RuntimeException failure) {
            close();
            throw failure;
        }
    }

    /**
     * Starts it; when this returns the target is in the tailnet.
     *
     * @param artifacts images and build outputs for the containers
     * @param progress receives a message for each step
     */
    public static Tailnet start(Artifacts artifacts, Consumer<String> progress) {
        return start(artifacts, Headscale.SHORT_CHANGE_DELAY, progress);
    }

    /**
     * Starts it with a control server that lets the nodes wait for news of each other.
     *
     * @param artifacts images and build outputs for the containers
     * @param changeDelay how long the control server collects changes ({@code tuning.batch_change_delay})
     * @param progress receives a message for each step
     */
    public static Tailnet start(Artifacts artifacts, Duration changeDelay, Consumer<String> progress) {
        return new Tailnet(artifacts, changeDelay, progress);
    }

    /** Starts an execution environment of the proxy with these settings on top of the usual ones. */
    public ExecutionEnvironment startProxy(Map<String, String> settings) {
        return startProxy(settings, environment -> {});
    }

    /** Starts an execution environment of the proxy, changed as a test wants it. */
    public ExecutionEnvironment startProxy(Map<String, String> settings, Consumer<ExecutionEnvironment> change) {
        return startFunction(new DeployedFunction.Archive(artifacts.function()), settings, change);
    }

    /** Starts an execution environment of any function with the layer. */
    public ExecutionEnvironment startFunction(DeployedFunction function, Map<String, String> settings) {
        return startFunction(function, settings, environment -> {});
    }

    /** Starts an execution environment of any function with the layer, changed as a test wants it. */
    public ExecutionEnvironment startFunction(
            DeployedFunction function, Map<String, String> settings, Consumer<ExecutionEnvironment> change) {
        ExecutionEnvironment environment = register(new ExecutionEnvironment(artifacts, function, network, secrets))
                .withLayer(artifacts.layer(), control);
        environment.withEnv(LayerVariables.SECRET_API_KEY.name(), SECRET_NAME);
        environment.withEnv(settings);
        change.accept(environment);
        environment.start();
        return environment;
    }

    /** Starts an execution environment of the webhook authorizer, which has no layer. */
    public ExecutionEnvironment startWebhookAuthorizer(Map<String, String> settings) {
        DeployedFunction function = new DeployedFunction.Archive(artifacts.webhookAuthorizer());
        ExecutionEnvironment environment = register(new ExecutionEnvironment(artifacts, function, network, secrets));
        environment.withEnv(settings);
        environment.start();
        return environment;
    }

    /**
     * Starts an execution environment of the key rotation, for keys of this control server.
     *
     * @param name the name by which the Secrets Manager reaches it
     */
    public ExecutionEnvironment startKeyRotation(String name, Map<String, String> settings) {
        DeployedFunction function = new DeployedFunction.Archive(artifacts.keyRotation());
        ExecutionEnvironment environment = register(new ExecutionEnvironment(artifacts, function, network, secrets))
                .withTrustIn(control);
        environment.withNetworkAliases(name);
        environment.withEnv(settings);
        environment.start();
        return environment;
    }

    /** Starts a stand-in for Tailscale's API beside a function, with the keys of a user of this control server. */
    public TailscaleApi startTailscaleApi(ExecutionEnvironment function, long user) {
        TailscaleApi api = register(new TailscaleApi(artifacts, control, function, user));
        api.start();
        return api;
    }

    /** Starts the proxy as a container, with tailscaled beside it. */
    public EgressPod startPod(String name, Map<String, String> settings) {
        return startPod(name, settings, artifacts.proxyContainer());
    }

    /** Starts a proxy of another image than the build's. */
    public EgressPod startPod(String name, Map<String, String> settings, String image) {
        return startPod(name, EgressPod.Joining.AT_START, settings, image);
    }

    /** Starts the proxy as a container, with a tailscaled beside it whose node joins on request. */
    public EgressPod startPodJoiningOnRequest(String name, Map<String, String> settings) {
        return startPod(name, EgressPod.Joining.ON_REQUEST, settings, artifacts.proxyContainer());
    }

    private EgressPod startPod(String name, EgressPod.Joining joining, Map<String, String> settings, String image) {
        return new EgressPod(artifacts, network, control, authKey, name, joining, settings, image, this::register);
    }

    /** Starts a server of this module's own, on the JDK alone, in the same network. */
    public ServerContainer startServer(Class<?> server, String alias, Map<String, String> files, String... arguments) {
        ServerContainer container = register(new ServerContainer(artifacts, network, server, alias, arguments));
        files.forEach((path, content) -> container.withCopyToContainer(Transferable.of(content), path));
        container.start();
        return container;
    }

    /** Starts one more private machine with the target service on it. */
    public TargetNode startTarget(String name) {
        TargetNode machine = register(new TargetNode(artifacts, network, control, authKey, name));
        machine.start();
        return machine;
    }

    /** Starts a machine that can route its own network to the tailnet. */
    public TargetNode startSubnetRouter(String name) {
        TargetNode router = register(new TargetNode(artifacts, network, control, authKey, name));
        router.withCopyFileToContainer(
                MountableFile.forHostPath(artifacts.subnetRouter(), EXECUTABLE), "/var/target/bin/tailscaled");
        // Docker turns it off in networks without it; behind a router there may be prefixes of both families.
        router.withCreateContainerCmdModifier(
                command -> command.getHostConfig().withSysctls(Map.of("net.ipv6.conf.all.disable_ipv6", "0")));
        router.start();
        return router;
    }

    /** Starts a cluster, which no machine of the tailnet can reach before it has a router. */
    public Cluster startCluster(ClusterDnsRecords names) {
        Cluster cluster = register(new Cluster(artifacts, network, names));
        cluster.start();
        return cluster;
    }

    /** Starts a machine that routes the addresses of a cluster to the tailnet. */
    public TargetNode startSubnetRouterTo(Cluster cluster, String name) {
        TargetNode router = startSubnetRouter(name);
        cluster.attach(router, privateAddress(cluster));
        String prefixes = String.join(",", Cluster.PREFIXES);
        router.advertiseRoutes(prefixes);
        control.approveRoutes(name, prefixes);
        return router;
    }

    /** Makes a network outside of the tailnet; the caller closes it. */
    public PublicNetwork createPublicNetwork() {
        return PublicNetwork.create(runLabels());
    }

    /** Starts a server of this module's own in a network outside of the tailnet; the caller stops it. */
    public ServerContainer startServerOutsideTailnet(
            PublicNetwork outside, Class<?> server, String alias, String... arguments) {
        ServerContainer container =
                register(new ServerContainer(artifacts, outside.network(), server, alias, arguments));
        container.start();
        return container;
    }

    /** Starts a machine that is the tailnet's way to a network outside of it. */
    public TargetNode startExitNode(String name, PublicNetwork outside) {
        TargetNode exitNode = startSubnetRouter(name);
        outside.attachRouted(exitNode);
        exitNode.advertiseExitNode();
        control.approveExitNode(name);
        return exitNode;
    }

    /** Machines with databases, gateways to them and their clients. */
    public DatabaseMachines databases() {
        return new DatabaseMachines(artifacts, network, control, secrets, authKey, this::register);
    }

    /** The address of a machine in the network of the containers, which is no address of the tailnet. */
    public String privateAddress(GenericContainer<?> machine) {
        return machine.getContainerInfo().getNetworkSettings().getNetworks().values().stream()
                .map(ContainerNetwork::getIpAddress)
                .findFirst()
                .orElseThrow();
    }

    /** A key with which ephemeral nodes join. */
    public String authKey() {
        return authKey;
    }

    /** The user to whom all nodes belong. */
    public long owner() {
        return owner;
    }

    /** The control server. */
    public Headscale control() {
        return control;
    }

    /** The Secrets Manager. */
    public SecretsManager secrets() {
        return secrets;
    }

    /** The private machine. */
    public TargetNode target() {
        return target;
    }

    /** The network of its containers, for containers that are no part of the tailnet; who adds one stops it. */
    public Network network() {
        return network;
    }

    /** The labels that everything made for this run carries. */
    public static Map<String, String> runLabels() {
        return Map.of(RUN_LABEL, System.getenv().getOrDefault("TAILNET_PROXY_RUN", "unnamed"));
    }

    private <C extends GenericContainer<?>> C register(C container) {
        container.withLabels(runLabels());
        containers.push(container);
        return container;
    }

    @Override
    public void close() {
        containers.forEach(GenericContainer::stop);
        network.close();
    }
}
