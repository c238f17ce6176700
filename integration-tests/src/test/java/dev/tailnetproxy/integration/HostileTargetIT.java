package dev.tailnetproxy.integration;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.testcontainers.images.builder.Transferable;

/**
 * Targets that misbehave, behind the emulator, tailscaled and the tailnet: each ends in the error that the table names,
 * the same that the proxy's own tests run, and the next request works. So it does behind a target that says more than its
 * response; what that says late is left to the proxy's own tests, which know when it has arrived.
 */
@FirstLane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileTargetIT {

    private static final Path TABLE = Checkout.file("proxy-quarkus/src/test/resources/hostile-targets.json");

    private static final String NAME = "web.private.test";
    private static final String BUNDLE = "/var/lambda/targets.pem";
    private static final byte[] OK =
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

    private final Tailnet tailnet;
    private final ScriptedTargetControl target;
    private final Map<String, byte[]> certificates = new HashMap<>();

    @AutoClose
    private DeployedProxy proxy;

    HostileTargetIT(Tailnet tailnet) {
        this.tailnet = tailnet;
        this.target = new ScriptedTargetControl(tailnet.target().scriptedTarget());
    }

    @BeforeAll
    void deploy(@TempDir Path dir) throws IOException {
        TestCertificateAuthority trusted = new TestCertificateAuthority(dir);
        certificates.put("good", trusted.issue("good", NAME, "-1d"));
        certificates.put("expired", trusted.issue("expired", NAME, "-30d"));
        certificates.put("other-name", trusted.issue("other", "other.private.test", "-1d"));
        certificates.put("self-signed", trusted.selfSigned("alone", NAME));
        proxy = DeployedProxy.start(
                tailnet,
                Map.of("TS_HOSTNAME", "hostile", "TS_PROXY_CA_BUNDLE", BUNDLE),
                created -> created.withCopyToContainer(Transferable.of(trusted.certificate()), BUNDLE));
    }

    /** One line of the table; its name is what the test is called. */
    record HostileTargetRow(JsonObject json) {

        @Override
        public String toString() {
            return json.getString("name");
        }

        byte[] bytes() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (Object piece : json.getJsonArray("bytes", new JsonArray())) {
                String text = piece instanceof JsonObject repeated
                        ? repeated.getString("text").repeat(repeated.getInteger("times"))
                        : (String) piece;
                bytes.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
            }
            return bytes.toByteArray();
        }

        /** The scripted target waits when nothing is said to it; a wait is what keeping the connection looks like. */
        String then() {
            String then = json.getString("then");
            return then.equals("wait") ? "keep" : then;
        }

        boolean isSilent() {
            return "Timeout".equals(json.getString("error"));
        }

        String method() {
            return json.getString("method", "GET");
        }
    }

    static Stream<HostileTargetRow> plain() throws IOException {
        return lines().filter(
                        row -> !row.json().containsKey("tls") && !row.json().containsKey("late"));
    }

    static Stream<HostileTargetRow> withCertificates() throws IOException {
        return lines().filter(row -> row.json().containsKey("tls"));
    }

    private static Stream<HostileTargetRow> lines() throws IOException {
        return new JsonArray(Files.readString(TABLE)).stream().map(json -> new HostileTargetRow((JsonObject) json));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("plain")
    void hostileTargetEndsInExpectedError(HostileTargetRow row) throws Exception {
        target.respondWith(row.bytes(), row.then());
        Map<String, String> impatient = row.isSilent() ? Map.of("ts-timeout-ms", "500") : Map.of();

        JsonObject response = send(row.method(), TargetNode.SCRIPTED_PORT, impatient);

        // Neither has one where the response is right.
        assertThat(error(response)).isEqualTo(row.json().getString("error"));
        target.respondWith(OK, "keep");
        assertThat(body(send(TargetNode.SCRIPTED_PORT, Map.of()))).isEqualTo("ok".getBytes(StandardCharsets.US_ASCII));
    }

    private void setCertificate(String name) throws Exception {
        target.setCertificate(requireNonNull(certificates.get(name), name));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("withCertificates")
    void invalidCertificateIsRejected(HostileTargetRow row) throws Exception {
        Map<String, String> host = Map.of("ts-host", NAME);
        target.respondWith(OK, "close");
        setCertificate(row.json().getString("tls"));

        assertThat(error(send(TargetNode.SCRIPTED_TLS_PORT, host)))
                .isEqualTo(row.json().getString("error"));
        assertThat(target.receivedRequests()).isEmpty();

        setCertificate("good");
        assertThat(body(send(TargetNode.SCRIPTED_TLS_PORT, host))).isEqualTo("ok".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void gzipBombIsForwardedCompressed() throws Exception {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            for (int megabyte = 0; megabyte < 1024; megabyte++) {
                gzip.write(new byte[1 << 20]);
            }
        }
        ByteArrayOutputStream response = new ByteArrayOutputStream();
        response.writeBytes(("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: " + bomb.size() + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        bomb.writeTo(response);
        target.respondWith(response.toByteArray(), "keep");

        JsonObject passed = send(TargetNode.SCRIPTED_PORT, Map.of("accept-encoding", "gzip"));

        assertThat(passed.getJsonObject("headers").getString("content-encoding"))
                .isEqualTo("gzip");
        assertThat(body(passed)).isEqualTo(bomb.toByteArray());
    }

    private JsonObject send(int port, Map<String, String> headers) throws Exception {
        return send("GET", port, headers);
    }

    private JsonObject send(String method, int port, Map<String, String> headers) throws Exception {
        FunctionEventBuilder event = FunctionEventBuilder.request(method, "/")
                .target(tailnet.target().address(), port);
        headers.forEach(event::header);
        return proxy.invoke(event);
    }

    private static String error(JsonObject response) {
        return response.getJsonObject("headers").getString("ts-error-name");
    }

    private static byte[] body(JsonObject response) {
        assertThat(response.getInteger("statusCode")).as(response::encode).isEqualTo(200);
        return Base64.getDecoder().decode(response.getString("body"));
    }
}
