package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.integration.functionurl.AccessKey;
import dev.tailnetproxy.integration.functionurl.FunctionUrl;
import dev.tailnetproxy.integration.functionurl.RuntimeInterfaceEmulator;
import dev.tailnetproxy.integration.functionurl.SignedCall;
import dev.tailnetproxy.integration.tailnet.ExecutionEnvironment;
import dev.tailnetproxy.integration.tailnet.Tailnet;
import dev.tailnetproxy.integration.tailnet.TargetNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A signed request through the Function URL, the emulator, the extension, tailscaled and the tailnet to the target. */
@ExtendWith(TailnetExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MainPathIT {

    private static final String REGION = "us-east-1";
    private static final AccessKey KEY = new AccessKey("AKIALOCALCALLER", "local-caller-secret");

    private final HttpClient http = HttpClient.newHttpClient();
    private final SignedCall signer = new SignedCall(KEY, REGION);
    private final AtomicInteger invocations = new AtomicInteger();
    private final Tailnet tailnet;
    private ExecutionEnvironment environment;
    private FunctionUrl url;

    MainPathIT(Tailnet tailnet) {
        this.tailnet = tailnet;
    }

    @BeforeAll
    void deploy() {
        environment = tailnet.startProxy(Map.of("TS_HOSTNAME", "main-path"));
        RuntimeInterfaceEmulator emulator =
                new RuntimeInterfaceEmulator(environment.invocations(), Duration.ofSeconds(60));
        url = FunctionUrl.open(0, REGION, KEY, event -> {
            invocations.incrementAndGet();
            return emulator.invoke(event);
        });
    }

    @AfterAll
    void remove() {
        url.close();
        System.out.println(environment.getLogs());
        environment.stop();
    }

    @Test
    void carriesTheQueryStringByteForByte() throws Exception {
        HttpResponse<byte[]> response = send("GET", "/echo?a=1&a=2&b=%2B%20", Map.of(), new byte[0]);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(seenByTarget(response).getString("requestTarget")).isEqualTo("/echo?a=1&a=2&b=%2B%20");
    }

    @Test
    void carriesAllByteValuesBothWays() throws Exception {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }

        HttpResponse<byte[]> echo = send("POST", "/echo", Map.of("content-type", "application/octet-stream"), all);
        HttpResponse<byte[]> back = send("POST", "/body", Map.of("content-type", "application/octet-stream"), all);

        assertThat(Base64.getDecoder().decode(seenByTarget(echo).getString("body")))
                .isEqualTo(all);
        assertThat(back.body()).isEqualTo(all);
    }

    @Test
    void carriesRequestCookiesAndEverySetCookie() throws Exception {
        HttpResponse<byte[]> seen = send("GET", "/echo", Map.of("cookie", "session=\"a b\"; theme=dark"), new byte[0]);
        HttpResponse<byte[]> set = send("GET", "/cookies", Map.of(), new byte[0]);

        assertThat(fields(seen, "cookie")).containsExactly("session=\"a b\"; theme=dark");
        assertThat(set.headers().allValues("set-cookie"))
                .containsExactly("a=1; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=\"2, 3\"; HttpOnly");
    }

    @Test
    void keepsTheSignatureOfTheCallAndItsOwnHeadersFromTheTarget() throws Exception {
        HttpResponse<byte[]> response = send("GET", "/echo", Map.of("x-kept", "yes"), new byte[0]);

        JsonObject seen = seenByTarget(response);
        assertThat(names(seen)).contains("x-kept").noneMatch(name -> name.startsWith("ts-"));
        assertThat(names(seen))
                .doesNotContain("authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256");
    }

    @ParameterizedTest(name = "{0}:{1} is answered {2} {3}")
    @CsvSource({
        "127.0.0.1, 9001, 403, TargetNotAllowed",
        "'', '', 400, MissingTarget",
        "the target, 1, 502, ConnectionRefused"
    })
    void namesTheErrorsThatTheProxyMakes(String ip, String port, int status, String name) throws Exception {
        Map<String, String> headers = new HashMap<>();
        if (!ip.isEmpty()) {
            headers.put(
                    "ts-target-ip", ip.equals("the target") ? tailnet.target().address() : ip);
            headers.put("ts-target-port", port);
        }

        HttpResponse<byte[]> response = sendBare("GET", "/", headers, new byte[0]);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("ts-error-name")).contains(name);
        assertThat(response.headers().firstValue("ts-error-message")).isPresent();
    }

    @Test
    void neverInvokesTheFunctionForAnUnsignedOrWronglySignedCall() throws Exception {
        int before = invocations.get();
        SignedCall impostor = new SignedCall(new AccessKey(KEY.id(), "guessed"), REGION);

        HttpResponse<byte[]> unsigned =
                http.send(HttpRequest.newBuilder(url.address()).build(), HttpResponse.BodyHandlers.ofByteArray());
        HttpResponse<byte[]> wrong = http.send(
                impostor.request("GET", url.address().resolve("/"), Map.of(), new byte[0]),
                HttpResponse.BodyHandlers.ofByteArray());

        assertThat(List.of(unsigned.statusCode(), wrong.statusCode())).containsExactly(403, 403);
        assertThat(invocations.get()).isEqualTo(before);
    }

    @Test
    void leavesTheTailnetWhenTheEnvironmentEnds() throws Exception {
        try (ExecutionEnvironment shortLived = tailnet.startProxy(Map.of("TS_HOSTNAME", "short-lived"))) {
            RuntimeInterfaceEmulator emulator =
                    new RuntimeInterfaceEmulator(shortLived.invocations(), Duration.ofSeconds(60));
            try (FunctionUrl itsUrl = FunctionUrl.open(0, REGION, KEY, emulator)) {
                http.send(
                        signer.request("GET", itsUrl.address().resolve("/hello"), target(), new byte[0]),
                        HttpResponse.BodyHandlers.ofByteArray());
            }
            assertThat(tailnet.control().nodeNames()).contains("short-lived");

            shortLived.shutDown();

            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(
                            () -> assertThat(tailnet.control().nodeNames()).doesNotContain("short-lived"));
        }
    }

    private Map<String, String> target() {
        return Map.of(
                "ts-target-ip",
                tailnet.target().address(),
                "ts-target-port",
                Integer.toString(TargetNode.SERVICE_PORT));
    }

    private HttpResponse<byte[]> send(String method, String pathAndQuery, Map<String, String> headers, byte[] body)
            throws IOException, InterruptedException {
        Map<String, String> all = new HashMap<>(target());
        all.putAll(headers);
        return sendBare(method, pathAndQuery, all, body);
    }

    private HttpResponse<byte[]> sendBare(String method, String pathAndQuery, Map<String, String> headers, byte[] body)
            throws IOException, InterruptedException {
        URI uri = URI.create(url.address() + pathAndQuery);
        return http.send(signer.request(method, uri, headers, body), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static JsonObject seenByTarget(HttpResponse<byte[]> response) {
        return new JsonObject(io.vertx.core.buffer.Buffer.buffer(response.body()));
    }

    private static List<String> names(JsonObject seen) {
        return seen.getJsonArray("fields").stream()
                .map(field -> ((JsonArray) field).getString(0).toLowerCase(java.util.Locale.ROOT))
                .toList();
    }

    private static List<String> fields(HttpResponse<byte[]> response, String name) {
        return seenByTarget(response).getJsonArray("fields").stream()
                .map(field -> (JsonArray) field)
                .filter(field -> field.getString(0).equalsIgnoreCase(name))
                .map(field -> field.getString(1))
                .toList();
    }
}
