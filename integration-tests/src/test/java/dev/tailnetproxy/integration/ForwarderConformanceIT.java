package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.localstack.httpapi.HttpApiSettings;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.testkit.HeaderSection;
import dev.tailnetproxy.testkit.HttpMessage;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rows of the conformance tables that a sender can send, through an HTTP API and the proxy in forwarder mode to a
 * scripted target. Each request is signed by Standard Webhooks.
 */
@FirstLane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForwarderConformanceIT {

    private static final byte[] SECRET = "a secret of thirty-two bytes....".getBytes(StandardCharsets.US_ASCII);
    private static final String SECRET_NAME = "webhooks/standard";
    /** The HTTP API gives each response fields of its own with these names. */
    private static final Set<String> OF_THE_API = Set.of("content-length", "content-type", "date");

    private final Tailnet tailnet;
    private final ScriptedTargetControl target;

    @AutoClose
    private DeployedForwarder forwarder;

    ForwarderConformanceIT(Tailnet tailnet) {
        this.tailnet = tailnet;
        this.target = new ScriptedTargetControl(tailnet.target().scriptedTarget());
    }

    @BeforeAll
    void deploy() throws Exception {
        tailnet.secrets()
                .createSecret(SECRET_NAME, "whsec_" + Base64.getEncoder().encodeToString(SECRET));
        forwarder = DeployedForwarder.start(
                tailnet,
                Map.of(
                        "TS_HOSTNAME", "forwarder-tables",
                        "TS_FORWARDER_TARGET", "http://" + Tailnet.TARGET_NAME,
                        "TS_FORWARDER_VERIFY", "standard-webhooks",
                        "TS_FORWARDER_SECRET_ID", SECRET_NAME,
                        "TS_FORWARDER_ALLOWED_METHODS", "*",
                        "TS_FORWARDER_RESPONSE", "full"),
                HttpApiSettings.onLoopback());
        ForwarderRow first = new ForwarderRow(new JsonObject().put("expect", new JsonObject()));
        ConformanceTables.setResponse(first.json(), target);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> send(first, Instant.now()).headerSection().status() == 200);
    }

    static List<ForwarderRow> rows() throws IOException {
        return ConformanceTables.rows()
                .map(ForwarderRow::new)
                .filter(ForwarderRow::applies)
                .toList();
    }

    /** A rule that left out too much would be noticed by nothing else. */
    @Test
    void mostRowsApply() throws IOException {
        assertThat(rows()).hasSizeGreaterThan(200);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void forwarderMatchesConformanceRow(ForwarderRow row) throws Exception {
        ConformanceTables.setResponse(row.json(), target);

        HttpMessage response = send(row, Instant.now());

        assertThat(response.headerSection().fields())
                .noneMatch(field -> field.name().startsWith("ts-"));
        List<SeenRequest> received = target.receivedRequests();
        if (row.refusal().isPresent()) {
            assertThat(response.headerSection().status())
                    .isEqualTo(row.refusal().get());
            assertThat(received).isEmpty();
            return;
        }
        JsonObject expect = row.expect();
        assertThat(response.headerSection().status()).isEqualTo(expect.getInteger("status", 200));
        checkResponse(expect, response);
        if (expect.getString("error") == null) {
            assertThat(received).hasSize(1);
            assertThat(received.get(0).requestLine()).isEqualTo(row.arrivingLine());
            ConformanceTables.checkRequest(expect, received.get(0));
        }
    }

    /** GitHub signs no time; a scheme that does is held to it, however right the signature is. */
    @ParameterizedTest(name = "{0} s old: {1}")
    @CsvSource({"0, 200", "240, 200", "360, 401", "86400, 401", "-240, 200", "-360, 401"})
    void timestampDecides(long age, int status) throws Exception {
        ForwarderRow row = new ForwarderRow(
                new JsonObject().put("method", "POST").put("text", "{}").put("expect", new JsonObject()));
        ConformanceTables.setResponse(row.json(), target);

        HttpMessage response = send(row, Instant.now().minusSeconds(age));

        assertThat(response.headerSection().status()).isEqualTo(status);
        assertThat(target.receivedRequests()).hasSize(status == 200 ? 1 : 0);
    }

    private HttpMessage send(ForwarderRow row, Instant signedAt) throws IOException {
        List<String> fields = new ArrayList<>(row.fieldLines());
        fields.addAll(WebhookSignatures.standardWebhooks(SECRET, "msg_1", signedAt, row.body()));
        return new RawHttp(forwarder.address()).send(row.method(), row.requestTarget(), fields, row.body());
    }

    private static void checkResponse(JsonObject expect, HttpMessage response) {
        HeaderSection fields = response.headerSection();
        expect.getJsonObject("header", new JsonObject())
                .forEach(header -> assertThat(ofFunction(fields, header.getKey()))
                        .as(header.getKey())
                        .contains((String) header.getValue()));
        expect.getJsonArray("noHeader", new JsonArray()).stream()
                .map(String.class::cast)
                .filter(name -> !name.equals("set-cookie"))
                .forEach(name -> assertThat(remapped(fields, name)).as(name).isEmpty());
        if (expect.containsKey("cookies")) {
            assertThat(new JsonArray(fields.values("set-cookie"))).isEqualTo(expect.getJsonArray("cookies"));
        }
        if (expect.containsKey("body")) {
            assertThat(new String(response.body(), StandardCharsets.ISO_8859_1)).isEqualTo(expect.getString("body"));
        }
    }

    /** AWS keeps some names for itself and sends the function's value under another one. */
    private static Optional<String> ofFunction(HeaderSection fields, String name) {
        return fields.first("x-amzn-remapped-" + name).or(() -> fields.first(name));
    }

    private static Optional<String> remapped(HeaderSection fields, String name) {
        return OF_THE_API.contains(name) ? fields.first("x-amzn-remapped-" + name) : ofFunction(fields, name);
    }
}
