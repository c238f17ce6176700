package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.localstack.httpapi.HttpApiSettings;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import dev.tailnetproxy.localstack.tailnet.WebhookReceiverControl;
import dev.tailnetproxy.testkit.HttpMessage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A webhook on its whole way: an HTTP API, the authorizer, the forwarder with the extension, the tailnet, and a private
 * service that verifies GitHub's signature once more, with code of its own.
 */
@FirstLane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebhookIT {

    private static final String SECRET = "a secret of GitHub and the receiver";
    private static final String SECRET_NAME = "webhooks/github";
    private static final String ALLOWED = "192.0.2.7";
    private static final byte[] BODY = "{\"zen\":\"Keep it logically awesome.\"}".getBytes(StandardCharsets.UTF_8);

    private final Tailnet tailnet;
    private final WebhookReceiverControl receiver;
    private final AtomicReference<String> source = new AtomicReference<>(ALLOWED);

    @AutoClose
    private DeployedForwarder webhooks;

    WebhookIT(Tailnet tailnet) {
        this.tailnet = tailnet;
        this.receiver = tailnet.target().webhooks();
    }

    @BeforeAll
    void deploy() throws Exception {
        tailnet.secrets().createSecret(SECRET_NAME, SECRET);
        receiver.setSecret(SECRET);
        webhooks = DeployedForwarder.startWithAuthorizer(
                tailnet,
                "192.0.2.0/24,2001:db8:17::/48",
                Map.of(
                        "TS_HOSTNAME", "webhook-forwarder",
                        "TS_FORWARDER_TARGET",
                                "http://" + Tailnet.TARGET_NAME + ":" + TargetNode.WEBHOOK_PORT + "/hooks",
                        "TS_FORWARDER_VERIFY", "github",
                        "TS_FORWARDER_SECRET_ID", SECRET_NAME,
                        "TS_FORWARDER_TIMEOUT_MS", "4000"),
                HttpApiSettings.onLoopback().withStage("prod").withSourceAddress(peer -> source.get()));
        // The time of a request counts from the gateway on, so that the first one may be too slow.
        await().atMost(Duration.ofSeconds(60))
                .until(() -> deliver("/", BODY).headerSection().status() == 204);
    }

    @BeforeEach
    void nothingHasArrived() throws Exception {
        source.set(ALLOWED);
        receiver.setSecret(SECRET);
    }

    /** Sends a webhook with the right signature. */
    private HttpMessage deliver(String path, byte[] body, String... more) throws Exception {
        List<String> fields = new ArrayList<>(List.of(more));
        fields.add(WebhookSignatures.github(SECRET, body));
        return send(path, body, fields);
    }

    private HttpMessage send(String path, byte[] body, List<String> fields) throws Exception {
        return new RawHttp(webhooks.address()).send("POST", path, fields, body);
    }

    /** The requests whose signature the service found right. */
    private List<SeenRequest> accepted() throws Exception {
        return receiver.deliveries().getJsonArray("accepted").stream()
                .map(seen -> new SeenRequest((JsonObject) seen))
                .toList();
    }

    private void assertThatNothingArrived() throws Exception {
        assertThat(receiver.deliveries().getInteger("connections")).isZero();
    }

    @Test
    void deliversWhatIsSignedRight() throws Exception {
        HttpMessage response = deliver(
                "/github?a=1&b=%2F",
                BODY,
                "Content-Type: application/json",
                "X-GitHub-Event: ping",
                "X-GitHub-Delivery: 72d3162e-cc78-11e3-81ab-4c9367dc0958");

        assertThat(response.headerSection().status()).isEqualTo(204);
        assertThat(response.headerSection().values("x-internal")).isEmpty();
        assertThat(accepted()).hasSize(1);
        SeenRequest seen = accepted().get(0);
        assertThat(seen.requestLine()).isEqualTo("POST /hooks/github?a=1&b=%2F HTTP/1.1");
        assertThat(seen.body()).isEqualTo(BODY);
        assertThat(seen.values("x-github-event")).containsExactly("ping");
        assertThat(seen.values("x-github-delivery")).containsExactly("72d3162e-cc78-11e3-81ab-4c9367dc0958");
    }

    static List<byte[]> bodies() {
        byte[] everyByte = new byte[256];
        for (int i = 0; i < everyByte.length; i++) {
            everyByte[i] = (byte) i;
        }
        byte[] fourMegabytes = new byte[4 << 20];
        new Random(15).nextBytes(fourMegabytes);
        return List.of(new byte[0], everyByte, fourMegabytes);
    }

    /** Text in name only, and what no type is named for: the signature is right for these bytes and no others. */
    @ParameterizedTest
    @ValueSource(strings = {"application/octet-stream", "application/json", "text/plain; charset=utf-16"})
    void deliversEveryByte(String type) throws Exception {
        for (byte[] body : bodies()) {
            receiver.setSecret(SECRET);

            assertThat(deliver("/", body, "Content-Type: " + type)
                            .headerSection()
                            .status())
                    .isEqualTo(204);

            assertThat(accepted()).hasSize(1);
            assertThat(accepted().get(0).body()).isEqualTo(body);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-hub-signature-256: sha256=0000000000000000000000000000000000000000000000000000000000000000",
                "x-hub-signature-256: ",
                "x-hub-signature: sha1=0000000000000000000000000000000000000000",
                "x-nothing: 1"
            })
    void refusesWrongSignature(String field) throws Exception {
        HttpMessage response = send("/", BODY, List.of(field));

        assertThat(response.headerSection().status()).isEqualTo(401);
        assertThat(new JsonObject(Buffer.buffer(response.body())).fieldNames())
                .containsExactlyInAnyOrder("type", "title", "status");
        assertThatNothingArrived();
    }

    @Test
    void refusesSignatureOfAnotherBodyOrTwice() throws Exception {
        String signature = WebhookSignatures.github(SECRET, BODY);
        byte[] changed = BODY.clone();
        changed[0] ^= 1;

        assertThat(send("/", changed, List.of(signature)).headerSection().status())
                .isEqualTo(401);
        assertThat(send("/", BODY, List.of(signature, signature))
                        .headerSection()
                        .status())
                .isEqualTo(401);
        assertThatNothingArrived();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "192.0.2.0, 204",
        "192.0.2.255, 204",
        "192.0.3.0, 403",
        "203.0.113.7, 403",
        "2001:db8:17::7, 204",
        "2001:db8:17:ffff:ffff:ffff:ffff:ffff, 204",
        "2001:db8:18::7, 403",
        "::1, 403"
    })
    void sourceDecides(String address, int status) throws Exception {
        source.set(address);
        int before = webhooks.invocations();

        HttpMessage response = deliver("/", BODY, "X-Forwarded-For: " + ALLOWED, "Forwarded: for=" + ALLOWED);

        assertThat(response.headerSection().status()).isEqualTo(status);
        if (status == 204) {
            assertThat(accepted().get(0).values("x-forwarded-for")).containsExactly(address);
            assertThat(accepted().get(0).values("forwarded")).hasSize(1).allMatch(value -> value.contains(address));
        } else {
            assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo("{\"message\":\"Forbidden\"}");
            assertThat(webhooks.invocations()).isEqualTo(before);
            assertThatNothingArrived();
        }
    }

    @ParameterizedTest(name = "{0} is refused")
    @ValueSource(
            strings = {
                "/../admin",
                "/a/../../admin",
                "/%2e%2e/admin",
                "/.%2E/admin",
                "/..%2fadmin",
                "/..%5cadmin",
                "/%252e%252e/admin",
                "/..;x/admin",
                "//admin",
                "/%2f%2fadmin",
                "/%ef%bc%8e%ef%bc%8e/admin",
                "/%c0%ae%c0%ae/admin",
                "/a%00",
                "/./a"
            })
    void refusesPathThatSomeReaderTakesForAnother(String path) throws Exception {
        assertThat(deliver(path, BODY).headerSection().status()).isEqualTo(400);
        assertThatNothingArrived();
    }

    @ParameterizedTest(name = "{0} arrives as {1}")
    @CsvSource({
        "/a%20b, /hooks/a%20b",
        "/gr%C3%BCn, /hooks/gr%C3%BCn",
        "/a%2Fb, /hooks/a/b",
        "/prod/a, /hooks/prod/a",
        "/a%3f/../../admin, /hooks/a",
        "/a?b=../../admin, /hooks/a?b=../../admin"
    })
    void pathStaysBelowBase(String path, String arrives) throws Exception {
        assertThat(deliver(path, BODY).headerSection().status()).isEqualTo(204);
        assertThat(accepted().get(0).requestTarget()).isEqualTo(arrives);
    }

    @Test
    void senderHasNoControl() throws Exception {
        HttpMessage response = deliver(
                "/",
                BODY,
                "ts-target-ip: 127.0.0.1",
                "ts-target-port: 9001",
                "ts_target_ip: 127.0.0.1",
                "ts-health: true",
                "ts-warmer: true",
                "ts-timeout-ms: 1",
                "ts-host: elsewhere.example",
                "x-forwarded-host: elsewhere.example");

        assertThat(response.headerSection().status()).isEqualTo(204);
        SeenRequest seen = accepted().get(0);
        assertThat(seen.names()).noneMatch(name -> name.startsWith("ts"));
        assertThat(seen.values("host")).containsExactly(Tailnet.TARGET_NAME + ":" + TargetNode.WEBHOOK_PORT);
        assertThat(seen.values("x-forwarded-host")).containsExactly("local.execute-api.us-east-1.amazonaws.com");
    }

    /** The response is the forwarder's: the API has waited 30 s only, and would say it in another form. */
    @Test
    void slowTargetIsGatewayTimeout() throws Exception {
        HttpMessage response = deliver("/slow", BODY);

        assertThat(response.headerSection().status()).isEqualTo(504);
        assertThat(new JsonObject(Buffer.buffer(response.body())).getString("title"))
                .isEqualTo("Gateway Timeout");
    }

    @Test
    void absentTargetIsBadGatewayUntilItIsBack() throws Exception {
        receiver.close();
        try {
            assertThat(deliver("/", BODY).headerSection().status()).isEqualTo(502);
        } finally {
            receiver.open();
        }

        assertThat(deliver("/", BODY).headerSection().status()).isEqualTo(204);
        assertThat(accepted()).hasSize(1);
    }

    @Test
    void secretIsInNoLog() throws Exception {
        deliver("/", BODY);
        send("/", BODY, List.of());

        await().untilAsserted(() -> assertThat(webhooks.log()).contains("Unauthorized"));
        assertThat(webhooks.log()).doesNotContain(SECRET);
    }
}
