package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tailnetproxy.client.ProxyError;
import dev.tailnetproxy.client.ProxyException;
import dev.tailnetproxy.client.TailscaleProxyClient;
import dev.tailnetproxy.client.signing.Target;
import dev.tailnetproxy.integration.ChildProcess.ProcessResult;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client and its command line through the Function URL, the emulator, the proxy and the tailnet. */
@FirstLane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientIT {

    private final Tailnet tailnet;

    @AutoClose
    private DeployedProxy proxy;

    private TailscaleProxyClient client;

    ClientIT(Tailnet tailnet) {
        this.tailnet = tailnet;
    }

    @BeforeAll
    void deploy() {
        proxy = DeployedProxy.start(tailnet, Map.of("TS_HOSTNAME", "client"));
        client = proxy.client();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/echo",
                "/echo/a%2Fb/../c//d/./?a=1&a=2&b=%2B+%20&flag&x==",
                "/echo/%E2%82%AC;v=1?q=~*'()!$,:@/?",
                "/echo?x="
            })
    void preservesPathAndQuery(String path) throws Exception {
        HttpResponse<String> response = client.get(path);

        assertThat(new JsonObject(response.body()).getString("requestTarget")).isEqualTo(path);
    }

    @Test
    void sendsRequestToServerOfItsUri() throws Exception {
        URI named = URI.create("http://" + Tailnet.TARGET_NAME + ":" + TargetNode.SERVICE_PORT + "/echo?by=name");

        HttpResponse<String> response = client.send(HttpRequest.newBuilder(named)
                .header("Authorization", "Bearer of-the-target")
                .header("x-amz-date", "of the target")
                .build());

        SeenRequest seen = new SeenRequest(new JsonObject(response.body()));
        assertThat(seen.values("host")).containsExactly(named.getAuthority());
        assertThat(seen.values("authorization")).containsExactly("Bearer of-the-target");
        assertThat(seen.values("x-amz-date")).containsExactly("of the target");
    }

    @Test
    void streamsBodiesInAndOut() throws Exception {
        long seed = System.nanoTime();
        System.out.println("one megabyte of seed " + seed);
        byte[] body = new byte[1 << 20];
        new Random(seed).nextBytes(body);

        HttpResponse<InputStream> response = client.send(
                client.request("/body")
                        .header("content-type", "application/octet-stream")
                        .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                        .build(),
                BodyHandlers.ofInputStream());

        try (InputStream back = response.body()) {
            assertThat(back.readAllBytes()).isEqualTo(body);
        }
    }

    @ParameterizedTest(name = "{0}:{1} is {2}")
    @CsvSource({
        "127.0.0.1, 9001, TARGET_NOT_ALLOWED",
        "127.1, 80, INVALID_TARGET",
        "no-such-node, 80, NAME_NOT_FOUND",
        "target, 1, CONNECTION_REFUSED"
    })
    void throwsProxyErrorsByName(String host, int port, ProxyError error) {
        try (TailscaleProxyClient elsewhere = proxy.clientFor(Target.of(host, port))) {
            ProxyException thrown = catchThrowableOfType(ProxyException.class, () -> elsewhere.get("/"));

            assertThat(thrown.error()).isEqualTo(error);
            assertThat(thrown).hasMessageStartingWith(error.wireName() + ": ");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 301, 404, 429, 503})
    void returnsEveryTargetStatusAsResponse(int status) throws Exception {
        int before = proxy.invocations();

        assertThat(client.get("/status/" + status).statusCode()).isEqualTo(status);
        assertThat(proxy.invocations()).isEqualTo(before + 1);
    }

    @Test
    void restoresRemappedHeaderNames() throws Exception {
        String target = tailnet.target().address() + ":" + TargetNode.SERVICE_PORT;

        HttpResponse<String> response = client.get("/challenge");
        ProcessResult printed = commandLine("--target", target, "/challenge");

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().allValues("www-authenticate")).containsExactly("Basic realm=\"private, still\"");
        assertThat(response.headers().allValues("date")).containsExactly("Wed, 21 Oct 2015 07:28:00 GMT");
        assertThat(response.headers().allValues("server")).containsExactly("target/1");
        assertThat(printed.out().toLowerCase(Locale.ROOT))
                .contains(
                        "\nwww-authenticate: basic realm=\"private, still\"\n",
                        "\ndate: wed, 21 oct 2015 07:28:00 gmt\n")
                .doesNotContain("x-amzn-remapped");
    }

    @Test
    void commandLineSendsRequests() throws Exception {
        String target = tailnet.target().address() + ":" + TargetNode.SERVICE_PORT;

        ProcessResult succeeded =
                commandLine("-v", "--target", target, "-d", "a body", "-H", "content-type: text/plain", "/body");
        ProcessResult refused = commandLine("--target", "127.0.0.1:9001", "/");

        assertThat(succeeded.status()).isZero();
        assertThat(succeeded.out()).startsWith("HTTP 200\n").endsWith("\n\na body");
        assertThat(succeeded.errors()).contains("* attempt 1 signing: ", "* total: ");
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.errors()).contains("TargetNotAllowed");
    }

    private ProcessResult commandLine(String... arguments) throws Exception {
        Path jar = Checkout.file("client/target/tailnet-proxy-client-cli.jar");
        return ChildProcess.java(List.of("-jar", jar.toString()), proxy.clientEnvironment(), arguments);
    }
}
