package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.localstack.tailnet.Cluster;
import dev.tailnetproxy.localstack.tailnet.ClusterDnsRecords;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The proxy's conformance tables, the same that its own tests run, through the emulator, the extension, tailscaled and
 * the tailnet to a scripted target, or to one in a cluster behind a subnet router.
 */
@FirstLane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceIT {

    /** The settings that the tables presume. */
    private static final Map<String, String> SETTINGS =
            Map.of("TS_HOSTNAME", "proxy", "TS_PROXY_ALLOWED_TARGETS", "10.1.0.0/16,10.9.0.0/16,*.svc.test");

    private final Tailnet tailnet;
    private final List<ScriptedTargetControl> scripted = new ArrayList<>();

    private Cluster cluster;

    private TargetNode router;

    private DeployedProxy proxy;

    private ConformanceAddresses addresses;

    ConformanceIT(Tailnet tailnet) {
        this.tailnet = tailnet;
    }

    @BeforeAll
    void deploy() throws Exception {
        proxy = DeployedProxy.start(tailnet, SETTINGS);
        // The extension starts with the first invocation; only then has the node an address.
        invoke(new JsonObject());
        List<String> own = tailnet.control().addresses("proxy");
        addresses = new ConformanceAddresses(tailnet.control().addresses(Tailnet.TARGET_NAME), own);
        cluster = tailnet.startCluster(names(own));
        router = tailnet.startSubnetRouterTo(cluster, "tables-router");
        scripted.add(new ScriptedTargetControl(tailnet.target().scriptedTarget()));
        scripted.add(new ScriptedTargetControl(cluster.scriptedTarget()));
        JsonObject toCluster = new JsonObject().put("target", List.of("10.1.2.3", "80"));
        setResponse(toCluster);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(invoke(toCluster).getInteger("statusCode")).isEqualTo(200));
    }

    /** The names that the tables presume. */
    private static ClusterDnsRecords names(List<String> own) {
        return new ClusterDnsRecords()
                .address("api.svc.test", "10.1.2.3")
                .address("rebind.svc.test", "127.0.0.1")
                .address("mixed.svc.test", "10.1.2.3", "169.254.169.254")
                .address("self.svc.test", own.toArray(String[]::new))
                .address("vpc.svc.test", "172.31.0.5");
    }

    @AfterAll
    void remove() {
        proxy.close();
        router.stop();
        cluster.stop();
    }

    /** One line of a table; its name is what the test is called. */
    record ConformanceRow(JsonObject json) {

        JsonObject expect() {
            return json.getJsonObject("expect");
        }

        @Override
        public String toString() {
            return json.getString("name");
        }
    }

    static Stream<ConformanceRow> lines() throws IOException {
        return ConformanceTables.rows().map(ConformanceRow::new);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lines")
    void proxyMatchesConformanceRow(ConformanceRow written) throws Exception {
        ConformanceRow row =
                new ConformanceRow(new JsonObject(addresses.put(written.json().encode())));
        JsonObject expect = row.expect();
        setResponse(row.json());

        JsonObject response = invoke(row.json());

        JsonObject headers =
                Optional.ofNullable(response.getJsonObject("headers")).orElseGet(JsonObject::new);
        assertThat(headers.getString("ts-error-name")).isEqualTo(expect.getString("error"));
        assertThat(response.getInteger("statusCode")).isEqualTo(expect.getInteger("status", 200));
        checkResponse(expect, response, headers);
        List<SeenRequest> receivedRequests = receivedRequests();
        if (Boolean.FALSE.equals(expect.getBoolean("dialled"))) {
            assertThat(receivedRequests).isEmpty();
        }
        if (expect.getString("error") == null) {
            assertThat(receivedRequests).hasSize(1);
            checkRequest(expect, receivedRequests.get(0));
        }
    }

    private JsonObject invoke(JsonObject row) throws IOException, InterruptedException {
        return proxy.invoke(
                FunctionEventBuilder.ofRow(row.getMap(), tailnet.target().address()));
    }

    /** The requests that arrived, wherever. */
    private List<SeenRequest> receivedRequests() throws IOException, InterruptedException {
        List<SeenRequest> requests = new ArrayList<>();
        for (ScriptedTargetControl target : scripted) {
            requests.addAll(target.receivedRequests());
        }
        return requests;
    }

    private void setResponse(JsonObject row) throws IOException, InterruptedException {
        for (ScriptedTargetControl target : scripted) {
            ConformanceTables.setResponse(row, target);
        }
    }

    private static void checkResponse(JsonObject expect, JsonObject response, JsonObject headers) {
        expect.getJsonObject("header", new JsonObject())
                .forEach(header -> assertThat(headers.getString(header.getKey()))
                        .as(header.getKey())
                        .isEqualTo(header.getValue()));
        expect.getJsonArray("noHeader", new JsonArray()).forEach(name -> assertThat(headers.containsKey((String) name))
                .as((String) name)
                .isFalse());
        if (expect.containsKey("cookies")) {
            assertThat(response.getJsonArray("cookies")).isEqualTo(expect.getJsonArray("cookies"));
        }
        if (expect.containsKey("body")) {
            byte[] body = Base64.getDecoder()
                    .decode(Optional.ofNullable(response.getString("body")).orElse(""));
            assertThat(new String(body, StandardCharsets.ISO_8859_1)).isEqualTo(expect.getString("body"));
        }
    }

    private static void checkRequest(JsonObject expect, SeenRequest seen) {
        if (expect.containsKey("line")) {
            assertThat(seen.requestLine()).isEqualTo(expect.getString("line"));
        }
        ConformanceTables.checkRequest(expect, seen);
    }
}
