package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.incontainer.JoinLoad;
import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.ContainerExec;
import dev.tailnetproxy.localstack.tailnet.Headscale;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * A tailnet for many joins: a control server with its usual settings, a node that is there from the beginning, another one
 * that counts its updates, and a container in which nodes join.
 */
final class JoinTailnet implements AutoCloseable {

    /** Where the key lies in the containers of nodes. */
    static final String AUTH_KEY = "/var/benchmarks/auth-key";

    private static final String CERTIFICATE = "/var/benchmarks/ca.pem";
    private static final String LAYER = "/var/benchmarks/layer.zip";
    private static final String DAEMON = "/opt/bin/tailscaled --tun=";

    /** The shell waits for its children again and again, those among them that it inherits. */
    private static final String KEEP =
            "unzip -q " + LAYER + " 'bin/*' -d /opt && echo ready; while :; do sleep 0.2; done";

    private static final String METRICS =
            "exec 3<>/dev/tcp/127.0.0.1/9090; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3";
    private static final Pattern UPDATES =
            Pattern.compile("(?m)^headscale_mapresponse_generated_total\\{[^}]*\\} (\\S+)$");

    private final Artifacts artifacts;
    private final Network network = Network.builder()
            .createNetworkCmdModifier(command -> command.withLabels(Tailnet.runLabels()))
            .build();
    private final Deque<GenericContainer<?>> containers = new ArrayDeque<>();
    private final Headscale control;
    private final GenericContainer<?> existing;
    private final GenericContainer<?> counting;
    private final GenericContainer<?> joining;

    JoinTailnet(Artifacts artifacts, JoinPolicy policy) {
        this.artifacts = artifacts;
        try {
            this.control = register(
                    new Headscale(artifacts, network, Headscale.DEFAULT_CHANGE_DELAY).withPolicy(policy.file()));
            control.start();
            control.createUser("owner");
            this.existing = nodes(JoinPolicy.TARGET);
            this.counting = nodes(JoinPolicy.TARGET);
            this.joining = nodes(JoinPolicy.JOINING);
            counting.withEnv("TS_DEBUG_MAP", "1");
            existing.start();
            counting.start();
            joining.start();
            joinOne(existing);
            joinOne(counting);
        } catch (RuntimeException failure) {
            close();
            throw failure;
        }
    }

    private <C extends GenericContainer<?>> C register(C container) {
        container.withLabels(Tailnet.runLabels());
        containers.push(container);
        return container;
    }

    private GenericContainer<?> nodes(String tag) {
        GenericContainer<?> container =
                register(new GenericContainer<>(DockerImageName.parse(artifacts.lambdaRuntime())));
        InContainerClasses.addTo(container);
        container.withNetwork(network);
        container.withEnv("TS_LOGIN_SERVER", control.loginServer());
        container.withEnv("TS_EXTRA_CA", CERTIFICATE);
        container.withCopyToContainer(Transferable.of(control.certificate()), CERTIFICATE);
        container.withCopyToContainer(
                Transferable.of(control.createTaggedAuthKey(tag).value(), 0600), AUTH_KEY);
        container.withCopyFileToContainer(MountableFile.forHostPath(artifacts.layer()), LAYER);
        container.withCommand("/bin/sh", "-c", KEEP);
        container.waitingFor(Wait.forLogMessage(".*ready.*", 1));
        return container;
    }

    private static void joinOne(GenericContainer<?> container) {
        load(container, "join", "1", "600", AUTH_KEY);
    }

    private static String load(GenericContainer<?> container, String... arguments) {
        String[] command = new String[5 + arguments.length];
        System.arraycopy(
                new String[] {"java", "-Xmx64m", "-cp", InContainerClasses.FOLDER, JoinLoad.class.getName()},
                0,
                command,
                0,
                5);
        System.arraycopy(arguments, 0, command, 5, arguments.length);
        return ContainerExec.output(container, command);
    }

    /** Lets nodes join at a rate; a line for each. */
    String join(int nodes, int perMinute) {
        return load(joining, "join", Integer.toString(nodes), Integer.toString(perMinute), AUTH_KEY);
    }

    /** Lets them leave; the microseconds that it took. */
    String leave() {
        return load(joining, "leave");
    }

    /** What the control server has used. */
    ProcessUse ofControlServer() {
        return use(control, "headscale serve");
    }

    /** What the node has used that was there from the beginning. */
    ProcessUse ofExistingNode() {
        return use(existing, DAEMON);
    }

    /** What the nodes have used that joined and have not left. */
    ProcessUse ofJoinedNodes() {
        return use(joining, DAEMON);
    }

    private static ProcessUse use(GenericContainer<?> container, String process) {
        return ProcessUse.of(ContainerExec.output(container, "sh", "-c", ProcessUse.SCRIPT, "use", process));
    }

    /** How many updates the control server has made for its nodes. */
    long updatesMade() {
        return UPDATES.matcher(ContainerExec.output(control, "bash", "-c", METRICS))
                .results()
                .mapToLong(count -> (long) Double.parseDouble(count.group(1)))
                .sum();
    }

    /** How many updates a node has received that was there from the beginning. */
    long updatesReceived() {
        return Long.parseLong(ContainerExec.output(
                        counting, "sh", "-c", "cat /tmp/joining*/log | grep -a -c 'MapResponse: {' || true")
                .strip());
    }

    @Override
    public void close() {
        containers.forEach(GenericContainer::stop);
        network.close();
    }
}
