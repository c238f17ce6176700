package dev.tailnetproxy.localstack.tailnet;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** The control server of the test tailnet, with its relay. */
public final class Headscale extends GenericContainer<Headscale> {

    private static final String NAME = "headscale";
    private static final String POLICY = "/etc/headscale/policy.json";

    /** A silent ephemeral node is removed after this; headscale accepts nothing of 65 s or less. */
    private static final String EPHEMERAL_TIMEOUT = "66s";

    /** Changes reach the nodes at once, so that a test does not wait for them. */
    public static final Duration SHORT_CHANGE_DELAY = Duration.ofMillis(20);

    /** What headscale does by default: a new node is known to the others about a second after it has joined. */
    public static final Duration DEFAULT_CHANGE_DELAY = Duration.ofMillis(800);

    /**
     * A control server that does not run yet.
     *
     * @param artifacts has its image
     * @param network where nodes reach it
     * @param changeDelay how long it collects changes before it tells the nodes of them
     */
    public Headscale(Artifacts artifacts, Network network, Duration changeDelay) {
        super(DockerImageName.parse(artifacts.headscale()));
        withNetwork(network);
        withNetworkAliases(NAME);
        withEnv("HEADSCALE_NAME", NAME);
        withEnv("HEADSCALE_EPHEMERAL_TIMEOUT", EPHEMERAL_TIMEOUT);
        withEnv("HEADSCALE_CHANGE_DELAY", changeDelay.toMillis() + "ms");
        // A node that fell silent is noticed in seconds, not in the quarter of an hour that Linux tries by default.
        withCreateContainerCmdModifier(
                command -> command.getHostConfig().withSysctls(Map.of("net.ipv4.tcp_retries2", "3")));
        waitingFor(Wait.forSuccessfulCommand("headscale users list").withStartupTimeout(Duration.ofMinutes(1)));
    }

    /** Gives it a policy, before it starts; without one every node reaches every other. */
    public Headscale withPolicy(String policy) {
        withCopyToContainer(Transferable.of(policy), POLICY);
        return withEnv("HEADSCALE_POLICY_PATH", POLICY);
    }

    /** Where nodes reach it. */
    public String loginServer() {
        return "https://" + NAME + ":8443";
    }

    /** Its self-signed certificate, in PEM. */
    public String certificate() {
        return copyFileFromContainer(
                "/var/lib/headscale/tls.crt", in -> new String(in.readAllBytes(), StandardCharsets.US_ASCII));
    }

    /** Stops the server as a fault; its data stays. */
    public void stopServer() {
        getDockerClient().stopContainerCmd(getContainerId()).withTimeout(1).exec();
    }

    /** Starts it again, with its certificate, keys and nodes. */
    public void startAgain() {
        getDockerClient().startContainerCmd(getContainerId()).exec();
    }

    /** Makes a user; nodes belong to users. */
    public long createUser(String name) {
        return new JsonObject(command("users", "create", name, "--output", "json")).getLong("id");
    }

    /** Makes a reusable key for ephemeral nodes of a user. */
    public AuthKey createAuthKey(long user) {
        return createAuthKey(List.of("--user", Long.toString(user)));
    }

    /** Makes a reusable key of a user for ephemeral nodes that get a tag, which the policy has to know. */
    public AuthKey createAuthKey(long user, String tag) {
        return createAuthKey(List.of("--user", Long.toString(user), "--tags", tag));
    }

    /** Makes a reusable key for ephemeral nodes that get a tag, which the policy has to know. */
    public AuthKey createTaggedAuthKey(String tag) {
        return createAuthKey(List.of("--tags", tag));
    }

    private AuthKey createAuthKey(List<String> owner) {
        List<String> words = new ArrayList<>(List.of("preauthkeys", "create"));
        words.addAll(owner);
        words.addAll(List.of("--reusable", "--ephemeral", "--expiration", "24h", "--output", "json"));
        JsonObject key = new JsonObject(command(words.toArray(String[]::new)));
        return new AuthKey(key.getLong("id"), key.getString("key"));
    }

    /** Makes a credential for the API, valid for an hour. */
    public String createApiKey() {
        return command("apikeys", "create", "--expiration", "1h", "--output", "json")
                .strip()
                .replace("\"", "");
    }

    /** The keys of a user that have not expired, as it shows them: the secret part is masked. */
    public List<String> validKeys(long user) {
        long now = Instant.now().getEpochSecond();
        return objects("preauthkeys", "list")
                .filter(key -> key.getJsonObject("user", new JsonObject()).getLong("id", 0L) == user)
                .filter(key -> key.getJsonObject("expiration").getLong("seconds") > now)
                .map(key -> key.getString("key"))
                .toList();
    }

    /** The key with which a node joined, as it shows it. */
    public String keyOf(String node) {
        return node(node).getJsonObject("pre_auth_key").getString("key");
    }

    /** Makes a key worthless. */
    public void expire(AuthKey key) {
        command("preauthkeys", "expire", "--id", Long.toString(key.id()));
    }

    /** Removes a node as an administrator does. */
    public void deleteNode(String name) {
        command("nodes", "delete", "--identifier", Long.toString(node(name).getLong("id")), "--force");
    }

    /** Lets a node that offers itself be an exit node. */
    public void approveExitNode(String name) {
        approve(name, "0.0.0.0/0,::/0");
    }

    /** Withdraws the approved routes: the node no longer routes anything. */
    public void revokeRoutes(String name) {
        approve(name, "");
    }

    /** Lets a node route a prefix that it offers. */
    public void approveRoutes(String name, String prefix) {
        approve(name, prefix);
    }

    /**
     * Lets every node that is online route what it offers, as a policy's {@code autoApprovers} do.
     *
     * @param prefix concerns the nodes that offer this prefix, and maybe more
     */
    public void approveOfferedRoutes(String prefix) {
        nodes().filter(node -> node.getBoolean("online", false)
                        && names(node, "available_routes").contains(prefix))
                .forEach(node -> approve(node.getLong("id"), String.join(",", names(node, "available_routes"))));
    }

    /** The nodes that may route a prefix now, with the one first that does. */
    public List<String> routersOf(String prefix) {
        return nodes().filter(node -> node.getBoolean("online", false)
                        && names(node, "approved_routes").contains(prefix))
                .sorted(Comparator.comparing(
                        node -> !names(node, "subnet_routes").contains(prefix)))
                .map(node -> node.getString("given_name"))
                .toList();
    }

    private static List<String> names(JsonObject node, String field) {
        return node.getJsonArray(field, new JsonArray()).stream()
                .map(String.class::cast)
                .toList();
    }

    private void approve(String name, String routes) {
        approve(nodeId(name), routes);
    }

    private void approve(long node, String routes) {
        command("nodes", "approve-routes", "--identifier", Long.toString(node), "--routes", routes);
    }

    /** Expires a node's key, so that it has to log in again. */
    public void expireNode(String name) {
        command("nodes", "expire", "--identifier", Long.toString(node(name).getLong("id")));
    }

    /** The identity that the control server gave to the node of this name; another one after it joined anew. */
    public long nodeId(String name) {
        return node(name).getLong("id");
    }

    /** The names of all nodes that it knows now. */
    public List<String> nodeNames() {
        return nodes().map(node -> node.getString("given_name")).toList();
    }

    /** The names that begin with this one: the server numbers nodes of one name. */
    public List<String> nodeNames(String first) {
        return nodeNames().stream().filter(name -> name.startsWith(first)).toList();
    }

    /** The tailnet addresses of a node, both families. */
    public List<String> addresses(String name) {
        return node(name).getJsonArray("ip_addresses").stream()
                .map(String.class::cast)
                .toList();
    }

    private JsonObject node(String name) {
        return nodes().filter(node -> node.getString("given_name").equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no node is called " + name));
    }

    private Stream<JsonObject> nodes() {
        return objects("nodes", "list");
    }

    private Stream<JsonObject> objects(String... command) {
        String list = command(
                Stream.concat(Stream.of(command), Stream.of("--output", "json")).toArray(String[]::new));
        return list.isBlank() || list.strip().equals("null")
                ? Stream.empty()
                : new JsonArray(list).stream().map(JsonObject.class::cast);
    }

    /**
     * A key to join with.
     *
     * @param id how the control server calls it
     * @param value the secret itself
     */
    public record AuthKey(long id, String value) {

        @Override
        public String toString() {
            return "AuthKey[id=" + id + "]";
        }
    }

    private String command(String... arguments) {
        String[] whole =
                Stream.concat(Stream.of("headscale"), Stream.of(arguments)).toArray(String[]::new);
        ExecResult result = ContainerExec.run(this, whole);
        if (result.getExitCode() != 0) {
            throw new IllegalStateException(String.join(" ", whole) + " failed: " + result.getStderr());
        }
        return result.getStdout();
    }
}
