package dev.tailnetproxy.integration;

import static dev.tailnetproxy.integration.DatabaseFunction.DATABASES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.localstack.tailnet.DatabaseClients;
import dev.tailnetproxy.localstack.tailnet.DatabaseMachines;
import dev.tailnetproxy.localstack.tailnet.ForwardGateway;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Programs without SOCKS5 reach databases in the tailnet through TCP forwards of the layer: a function, and the clients of
 * gateways. {@link SubnetRouterIT} and {@link SplitDnsIT} have forwards to addresses and names behind a subnet router.
 */
@SecondLane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ForwardsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    /** What a query may take, whatever happens to gateways. */
    private static final long QUERY_MILLIS = 5000;
    /** The same where the only node has to join again meanwhile. */
    private static final long QUERY_WITH_JOIN_MILLIS = 15_000;
    /** Within 5 s of the thaw; the rest is for the commands that observe it. */
    private static final Duration RESET_TIMEOUT = Duration.ofSeconds(8);

    private static final Duration FREEZE = Duration.ofSeconds(70);
    private static final String LOOPBACK = "127.0.0.1";
    private static final String GATEWAY = "database-gateway";
    private static final String FROZEN = "frozen-database-user";

    private final Tailnet tailnet;
    private final DatabaseMachines machines;

    @AutoClose
    private TargetNode databases;

    @AutoClose
    private LayerFunction function;

    /** The node of this one is removed while it is frozen, during all other tests. */
    @AutoClose
    private LayerFunction frozen;

    private final String password = UUID.randomUUID().toString();
    private String firstResponse = "";
    private JsonObject responseBeforeFreeze = new JsonObject();
    private CompletableFuture<String> connectionBeforeFreeze = new CompletableFuture<>();
    private long frozenSince;

    ForwardsIT(Tailnet tailnet) {
        this.tailnet = tailnet;
        this.machines = tailnet.databases();
    }

    @BeforeAll
    void deploy() {
        databases = machines.startDatabases(DATABASES, password);
        tailnet.secrets().createSecret(DatabaseFunction.SECRET, password);
        frozen = DatabaseFunction.start(tailnet, databases, FROZEN);
        responseBeforeFreeze = new JsonObject(frozen.invoke());
        connectionBeforeFreeze = probeInBackground(frozen, "wait-for-end");
        awaitUntil(() -> open(frozen, DatabaseFunction.TCP_TARGET) == 1);
        frozen.environment().freeze();
        frozenSince = System.nanoTime();
        tailnet.control().deleteNode(FROZEN);

        function = DatabaseFunction.start(tailnet, databases, "database-user");
        firstResponse = function.invoke();
    }

    @Test
    @Order(1)
    void functionUsesDatabasesAtFirstInvocation() {
        JsonObject response = new JsonObject(firstResponse);

        assertThat(response.getString("user")).isEqualTo("app");
        assertThat(response.getBoolean("tls")).isTrue();
        assertThat(response.getInteger("visits")).isPositive();
    }

    @Test
    @Order(1)
    void poolKeepsItsConnection() {
        assertThat(session(function.invoke())).isEqualTo(session(firstResponse));
    }

    /** The name and the certificate are the target's; only the address is the forward's. */
    @Test
    @Order(1)
    void commandLineClientsReachDatabases() {
        try (DatabaseClients clients = machines.startClientsBeside(function.environment())) {
            clients.put("/var/clients/ca.pem", DatabaseMachines.certificate(databases), 0644);
            clients.put("/root/.pgpass", "*:*:*:app:" + password + "\n", 0600);

            assertThat(query(clients, DATABASES)).isEqualTo("42");
            assertThat(query(clients, "other")).contains("certificate for \"" + DATABASES + "\" does not match");
            assertThat(clients.run("redis-cli", "-p", "" + DatabaseFunction.REDIS, "ping"))
                    .isEqualTo("PONG");
        }
    }

    private static String query(DatabaseClients clients, String name) {
        String connection = "host=" + name + " hostaddr=" + LOOPBACK + " port=" + DatabaseFunction.POSTGRESQL
                + " user=app dbname=app sslmode=verify-full sslrootcert=/var/clients/ca.pem";
        return clients.run("psql", connection, "--tuples-only", "--no-align", "--command=SELECT 6 * 7");
    }

    @ParameterizedTest
    @Order(1)
    @CsvSource({"both-ways, 100000000, same", "half-close, 20000000, same", "at-once, 200, same"})
    void bytesArriveUnchanged(String scenario, long number, String result) {
        assertThat(probe(function, scenario, DatabaseFunction.TCP_TARGET, number))
                .isEqualTo(result);
    }

    /** The tailscaled of the target, which has the connection to the server, ends in order what the server resets. */
    @Test
    @Order(1)
    void endOfResetConnectionArrivesAfterItsBytes() {
        assertThat(probe(function, "reset-by-target", DatabaseFunction.TCP_TARGET, 1_000_000))
                .isIn("1000000 bytes, end", "1000000 bytes, reset");
    }

    /** What the target can send before the client reads fills buffers of both machines, and does not grow with the rest. */
    @Test
    @Order(1)
    void slowReaderStopsTarget() {
        String[] result = probe(function, "slow-reader", DatabaseFunction.TCP_TARGET, 100_000_000)
                .split(" ", -1);

        assertThat(Long.parseLong(result[0])).isLessThan(64_000_000);
        assertThat(result[1]).isEqualTo("same");
    }

    @ParameterizedTest
    @Order(1)
    @CsvSource({
        DatabaseFunction.CLOSED + ", ConnectionRefused",
        DatabaseFunction.NEIGHBOUR + ", NoTailnetRoute",
        DatabaseFunction.UNKNOWN_NAME + ", NameNotFound",
        DatabaseFunction.OWN_NODE + ", NotAllowed"
    })
    void connectionWithoutTargetIsReset(int port, String cause) {
        assertThat(probe(function, "refused", port)).isEqualTo("reset");

        await().atMost(TIMEOUT)
                .untilAsserted(() ->
                        assertThat(function.state().forward(port).lastCause()).isEqualTo(cause));
        assertThat(tailnet.secrets().getLogs()).doesNotContain("let-loose");
    }

    @Test
    @Order(2)
    void gatewayOutageDelaysNoQuery() {
        try (ForwardGateway one = startGateway("gateway-one");
                ForwardGateway other = startGateway("gateway-other");
                DatabaseClients clients = machines.startClients()) {
            CompletableFuture<String> load = CompletableFuture.supplyAsync(
                    () -> clients.probe("queries", GATEWAY, DatabaseFunction.TCP_TARGET, 60, QUERY_MILLIS));
            awaitUntil(() -> dials(one) + dials(other) > 0);

            (dials(one) > 0 ? one : other).kill();
            DatabaseClients.markInterruption(clients);

            assertThat(load).succeedsWithin(TIMEOUT).isEqualTo("recovered");
        }
    }

    @Test
    @Order(2)
    void gatewayLimitsConnectionsAndResetsThemAfterDraining() {
        try (ForwardGateway gateway = startGateway("gateway-draining");
                DatabaseClients clients = machines.startClients()) {
            assertThat(clients.probe("until-limit", GATEWAY, DatabaseFunction.TCP_TARGET))
                    .isEqualTo("5 open, then reset");
            awaitUntil(() -> openAtGateway(gateway) == 0);
            CompletableFuture<String> connection = CompletableFuture.supplyAsync(
                    () -> clients.probe("wait-for-end", GATEWAY, DatabaseFunction.TCP_TARGET));
            awaitUntil(() -> openAtGateway(gateway) == 1);

            gateway.terminate();

            assertThat(connection).succeedsWithin(TIMEOUT).isEqualTo("used, reset");
        }
    }

    private ForwardGateway startGateway(String name) {
        String forward = "0.0.0.0:" + DatabaseFunction.TCP_TARGET + "=" + DATABASES + ":" + TargetNode.TCP_PORT;
        return machines.startGateway(
                GATEWAY,
                Map.of(
                        "TS_HOSTNAME",
                        name,
                        "TS_FORWARDS",
                        forward,
                        "TS_FORWARD_MAX_CONNECTIONS",
                        "5",
                        "TS_FORWARD_DRAIN_TIMEOUT_MS",
                        "1000"));
    }

    @Test
    @Order(3)
    void killedTailscaledDelaysQueriesByItsJoinOnly() {
        CompletableFuture<String> load = probeInBackground(function, "queries", 60, QUERY_WITH_JOIN_MILLIS);
        awaitUntil(() -> open(function, DatabaseFunction.TCP_TARGET) == 1);

        function.run("pkill", "-9", "-f", "tailscaled --tun");
        DatabaseClients.markInterruption(function.environment());

        assertThat(load).succeedsWithin(TIMEOUT).isEqualTo("recovered");
        assertThat(session(function.invoke())).isNotEqualTo(session(firstResponse));
    }

    @Test
    @Order(4)
    void connectionsOfRemovedNodeAreResetAfterFreeze() {
        await().atMost(FREEZE.plus(TIMEOUT)).until(() -> System.nanoTime() - frozenSince >= FREEZE.toNanos());

        frozen.environment().thaw();

        assertThat(connectionBeforeFreeze).succeedsWithin(RESET_TIMEOUT).isEqualTo("used, reset");
        await().atMost(TIMEOUT).ignoreExceptions().untilAsserted(() -> assertThat(session(frozen.invoke()))
                .isNotEqualTo(responseBeforeFreeze.getInteger("session")));
    }

    /** The state file has its forwards a moment after it is there. */
    private static void awaitUntil(Callable<Boolean> condition) {
        await().atMost(TIMEOUT).ignoreExceptions().until(condition);
    }

    private static int session(String response) {
        return new JsonObject(response).getInteger("session");
    }

    private static String probe(LayerFunction function, String scenario, int port, long... numbers) {
        try {
            return DatabaseClients.probeIn(function.environment(), scenario, LOOPBACK, port, numbers);
        } catch (IllegalStateException failure) {
            throw new IllegalStateException(function.state().forward(port) + ", " + failure.getMessage(), failure);
        }
    }

    private static CompletableFuture<String> probeInBackground(
            LayerFunction function, String scenario, long... numbers) {
        return CompletableFuture.supplyAsync(() -> probe(function, scenario, DatabaseFunction.TCP_TARGET, numbers));
    }

    private static int open(LayerFunction function, int port) {
        return function.state().forward(port).open();
    }

    private static int openAtGateway(ForwardGateway gateway) {
        return gateway.extensionState().forward(DatabaseFunction.TCP_TARGET).open();
    }

    private static int dials(ForwardGateway gateway) {
        return gateway.extensionState().forward(DatabaseFunction.TCP_TARGET).dials();
    }
}
