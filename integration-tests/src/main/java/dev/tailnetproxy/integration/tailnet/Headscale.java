package dev.tailnetproxy.integration.tailnet;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** The control server of the test tailnet, with its relay. */
public final class Headscale extends GenericContainer<Headscale> {

    private static final String NAME = "headscale";

    Headscale(Artifacts artifacts, Network network) {
        super(DockerImageName.parse(artifacts.headscale()));
        withNetwork(network);
        withNetworkAliases(NAME);
        withEnv("HEADSCALE_NAME", NAME);
        waitingFor(Wait.forSuccessfulCommand("headscale users list").withStartupTimeout(Duration.ofMinutes(1)));
    }

    /** Where nodes reach it. */
    public String loginServer() {
        return "https://" + NAME + ":8443";
    }

    /** Its certificate, which nobody signed but itself, in PEM. */
    public String certificate() {
        return copyFileFromContainer(
                "/var/lib/headscale/tls.crt",
                in -> new String(in.readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII));
    }

    /** Makes a user; nodes belong to users. */
    public long createUser(String name) {
        return new JsonObject(command("users", "create", name, "--output", "json")).getLong("id");
    }

    /** Makes a reusable key for ephemeral nodes of a user. */
    public String createAuthKey(long user) {
        return new JsonObject(command(
                        "preauthkeys",
                        "create",
                        "--user",
                        Long.toString(user),
                        "--reusable",
                        "--ephemeral",
                        "--expiration",
                        "24h",
                        "--output",
                        "json"))
                .getString("key");
    }

    /** The names of all nodes that it knows now. */
    public List<String> nodeNames() {
        String nodes = command("nodes", "list", "--output", "json");
        return nodes.isBlank() || nodes.strip().equals("null")
                ? List.of()
                : new JsonArray(nodes)
                        .stream()
                                .map(node -> ((JsonObject) node).getString("given_name"))
                                .toList();
    }

    private String command(String... arguments) {
        String[] whole = new String[arguments.length + 1];
        whole[0] = "headscale";
        System.arraycopy(arguments, 0, whole, 1, arguments.length);
        try {
            Container.ExecResult result = execInContainer(whole);
            if (result.getExitCode() != 0) {
                throw new IllegalStateException(String.join(" ", whole) + " failed: " + result.getStderr());
            }
            return result.getStdout();
        } catch (IOException failure) {
            throw new IllegalStateException(String.join(" ", whole) + " could not be run", failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stop);
        }
    }
}
