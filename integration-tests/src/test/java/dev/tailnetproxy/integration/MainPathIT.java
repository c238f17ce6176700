package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.localstack.functionurl.AccessKey;
import dev.tailnetproxy.localstack.functionurl.SigV4Signer;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** A signed request through the Function URL, the emulator, the extension, tailscaled and the tailnet to the target. */
@FirstLane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MainPathIT {

    private final Tailnet tailnet;

    @AutoClose
    private DeployedProxy proxy;

    MainPathIT(Tailnet tailnet) {
        this.tailnet = tailnet;
    }

    @BeforeAll
    void deploy() {
        proxy = DeployedProxy.start(tailnet, Map.of("TS_HOSTNAME", "main-path"));
    }

    @Test
    void preservesQueryString() throws Exception {
        HttpResponse<byte[]> response = proxy.send("GET", "/echo?a=1&a=2&b=%2B%20", Map.of(), new byte[0]);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(seenByTarget(response).requestTarget()).isEqualTo("/echo?a=1&a=2&b=%2B%20");
    }

    @Test
    void preservesAllByteValues() throws Exception {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }

        HttpResponse<byte[]> echo =
                proxy.send("POST", "/echo", Map.of("content-type", "application/octet-stream"), all);
        HttpResponse<byte[]> back =
                proxy.send("POST", "/body", Map.of("content-type", "application/octet-stream"), all);

        assertThat(seenByTarget(echo).body()).isEqualTo(all);
        assertThat(back.body()).isEqualTo(all);
    }

    /** In base64 this is all that Lambda's 6 MB leave room for, less the event around it. */
    @Test
    void forwardsFourMegabytesBothWays() throws Exception {
        long seed = System.nanoTime();
        System.out.println("four megabytes of seed " + seed);
        byte[] body = new byte[4 << 20];
        new Random(seed).nextBytes(body);

        HttpResponse<byte[]> back =
                proxy.send("POST", "/body", Map.of("content-type", "application/octet-stream"), body);

        assertThat(back.statusCode()).isEqualTo(200);
        assertThat(Arrays.equals(back.body(), body)).isTrue();
    }

    @Test
    void forwardsCookiesAndSetCookies() throws Exception {
        HttpResponse<byte[]> seen =
                proxy.send("GET", "/echo", Map.of("cookie", "session=\"a b\"; theme=dark"), new byte[0]);
        HttpResponse<byte[]> set = proxy.send("GET", "/cookies", Map.of(), new byte[0]);

        assertThat(seenByTarget(seen).values("cookie")).containsExactly("session=\"a b\"; theme=dark");
        assertThat(set.headers().allValues("set-cookie"))
                .containsExactly("a=1; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=\"2, 3\"; HttpOnly");
    }

    @Test
    void removesSignatureAndControlHeaders() throws Exception {
        HttpResponse<byte[]> response = proxy.send("GET", "/echo", Map.of("x-kept", "yes"), new byte[0]);

        SeenRequest seen = seenByTarget(response);
        assertThat(seen.names()).contains("x-kept").noneMatch(name -> name.startsWith("ts-"));
        assertThat(seen.names())
                .doesNotContain("authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256");
    }

    @ParameterizedTest(name = "{0}:{1} gets {2} {3}")
    @CsvSource({
        "127.0.0.1, 9001, 403, TargetNotAllowed",
        "'', '', 400, MissingTarget",
        "the target, 1, 502, ConnectionRefused"
    })
    void returnsProxyErrorNames(String ip, String port, int status, String name) throws Exception {
        Map<String, String> headers = new HashMap<>();
        if (!ip.isEmpty()) {
            headers.put(
                    "ts-target-ip", ip.equals("the target") ? tailnet.target().address() : ip);
            headers.put("ts-target-port", port);
        }

        HttpResponse<byte[]> response = proxy.sendWithHeaders("GET", "/", headers, new byte[0]);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("ts-error-name")).contains(name);
        assertThat(response.headers().firstValue("ts-error-message")).isPresent();
    }

    @Test
    void acceptsPresignedRequestAndRemovesSignature() throws Exception {
        SigV4Signer temporary = new SigV4Signer(
                AwsSessionCredentialsIdentity.create(
                        AccessKey.LOCAL.id(), AccessKey.LOCAL.secret(), "a-session/token="),
                DeployedProxy.REGION);
        Map<String, String> headers = Map.of(
                "ts-target-ip", tailnet.target().address(),
                "ts-target-port", Integer.toString(TargetNode.SERVICE_PORT));
        URI uri = proxy.address().resolve("/echo?a=1&b=%2F");

        HttpRequest presigned = temporary.presigned("GET", uri, headers, new byte[0], Duration.ofMinutes(1));
        HttpResponse<byte[]> response = proxy.exchange(presigned);

        assertThat(presigned.uri().getRawQuery()).contains("X-Amz-Signature=", "X-Amz-Security-Token=");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(seenByTarget(response).requestTarget().split("[?&]"))
                .containsExactlyInAnyOrder("/echo", "a=1", "b=%2F");
        assertThat(response.body()).asString().doesNotContain("session", "Signature", "AKIA");
    }

    @Test
    void forwardsTargetPresignedUrlUnchanged() throws Exception {
        String link = "/echo?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00ff&X-Amz-Security-Token=of%2Fit&a=1";

        assertThat(seenByTarget(proxy.send("GET", link, Map.of(), new byte[0])).requestTarget())
                .isEqualTo(link);
    }

    @ParameterizedTest
    @CsvSource({
        "text/xml; charset=ISO-8859-1, 63616665e9",
        "text/plain; charset=utf-16, fffe68006900",
        "text/plain; charset=UTF-16BE, 00680069",
        "application/json, eda080",
        "application/problem+json, 7b7d",
        "application/soap+xml; charset=ISO-8859-1, 3ce93e"
    })
    void preservesTextOfEveryCharset(String type, String hex) throws Exception {
        byte[] body = HexFormat.of().parseHex(hex);

        HttpResponse<byte[]> echo = proxy.send("POST", "/echo", Map.of("content-type", type), body);

        assertThat(seenByTarget(echo).body()).isEqualTo(body);
        assertThat(seenByTarget(echo).values("content-type")).containsExactly(type);
    }

    @Test
    void rejectsUnsignedOrInvalidSignatureWithoutInvocation() throws Exception {
        int before = proxy.invocations();
        AccessKey guessed = new AccessKey(AccessKey.LOCAL.id(), "guessed");
        SigV4Signer impostor = new SigV4Signer(guessed, DeployedProxy.REGION);

        HttpResponse<byte[]> unsigned =
                proxy.exchange(HttpRequest.newBuilder(proxy.address()).build());
        HttpResponse<byte[]> wrong =
                proxy.exchange(impostor.request("GET", proxy.address().resolve("/"), Map.of(), new byte[0]));

        assertThat(List.of(unsigned.statusCode(), wrong.statusCode())).containsExactly(403, 403);
        assertThat(proxy.invocations()).isEqualTo(before);
    }

    @Test
    void leavesTheTailnetWhenTheEnvironmentEnds() throws Exception {
        try (DeployedProxy shortLived = DeployedProxy.start(tailnet, Map.of("TS_HOSTNAME", "short-lived"))) {
            shortLived.send("GET", "/hello", Map.of(), new byte[0]);
            assertThat(tailnet.control().nodeNames()).contains("short-lived");

            shortLived.environment().shutDown();

            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(
                            () -> assertThat(tailnet.control().nodeNames()).doesNotContain("short-lived"));
        }
    }

    private static SeenRequest seenByTarget(HttpResponse<byte[]> response) {
        return SeenRequest.of(response.body());
    }
}
