package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.localstack.tailnet.EgressPod;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import dev.tailnetproxy.testkit.HeaderSection;
import dev.tailnetproxy.testkit.HttpMessage;
import dev.tailnetproxy.testkit.HttpMessageReader;
import dev.tailnetproxy.testkit.HttpMessageWriter;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same requests to the target service from its own machine, and through the proxy as a container, tailscaled and the
 * tailnet: the responses are the same, and so is what the service saw. {@code EquivalenceTest} of the proxy's own tests
 * has many more of them.
 */
@FirstLane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EquivalenceIT {

    private static final String BODY_FILE = "/tmp/equivalence-body";
    private static final String CURL =
            "printf %s \"$1\" | base64 -d >" + BODY_FILE + "; shift; curl -s -i --raw --path-as-is \"$@\" | base64";

    private final Tailnet tailnet;
    private final String host;

    @AutoClose
    private EgressPod pod;

    EquivalenceIT(Tailnet tailnet) {
        this.tailnet = tailnet;
        this.host = tailnet.target().address() + ":" + TargetNode.SERVICE_PORT;
    }

    @BeforeAll
    void deploy() {
        pod = tailnet.startPod("equivalence", Map.of());
        URI ready = pod.management().resolve("/q/health/ready");
        await().atMost(Duration.ofSeconds(30)).until(() -> status(ready) == 200);
    }

    private static int status(URI address) throws IOException {
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            return exchange(
                            socket,
                            new HttpMessage(
                                    new HeaderSection(List.of("GET " + address.getPath() + " HTTP/1.1", "host: a"))))
                    .headerSection()
                    .status();
        }
    }

    /** A request but for the fields that every one of them has. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record EquivalentRequest(String method, String target, List<String> fields, byte[] body) {

        static EquivalentRequest of(String method, String target, String... fields) {
            return new EquivalentRequest(method, target, List.of(fields), new byte[0]);
        }

        EquivalentRequest with(byte[] newBody) {
            return new EquivalentRequest(method, target, fields, newBody);
        }

        boolean isEchoed() {
            return target.contains("/echo");
        }

        @Override
        public String toString() {
            return method + " " + target + " " + fields + " " + body.length;
        }
    }

    static Stream<EquivalentRequest> requests() {
        byte[] everyByte = new byte[256 * 256];
        for (int i = 0; i < everyByte.length; i++) {
            everyByte[i] = (byte) i;
        }
        String binary = "content-type: application/octet-stream";
        return Stream.of(
                EquivalentRequest.of("GET", "/hello"),
                EquivalentRequest.of("HEAD", "/hello"),
                EquivalentRequest.of("GET", "/bytes"),
                EquivalentRequest.of("GET", "/cookies"),
                EquivalentRequest.of("GET", "/challenge"),
                EquivalentRequest.of("GET", "/nothing"),
                EquivalentRequest.of("DELETE", "/status/204"),
                EquivalentRequest.of("GET", "/status/304"),
                EquivalentRequest.of("GET", "/status/500"),
                EquivalentRequest.of("POST", "/body", binary).with(everyByte),
                EquivalentRequest.of("GET", "/echo/a%2Fb/../c//%7e;p=1?a=1&a=2&b=%2B+%20&c"),
                EquivalentRequest.of("GET", "/echo", "x-a: 1", "x-b: a, \"b\"", "x-a: 2", "cookie: a=1; b=\"2 3\""),
                EquivalentRequest.of("PUT", "/echo", binary).with(HexFormat.of().parseHex("00ff0a0d80")),
                EquivalentRequest.of("PROPFIND", "/echo", "depth: 1"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void proxyChangesNeitherRequestNorResponse(EquivalentRequest request) throws Exception {
        HttpMessage direct = sendDirectly(request);
        HttpMessage proxied = sendThroughProxy(request);

        assertThat(proxied.headerSection().status())
                .isEqualTo(direct.headerSection().status());
        if (request.isEchoed()) {
            SeenRequest seen = SeenRequest.of(proxied.body());
            SeenRequest expected = SeenRequest.of(direct.body());
            assertThat(seen.requestLine()).isEqualTo(expected.requestLine());
            assertThat(seen.body()).isEqualTo(expected.body());
            assertThat(seen.names()).containsExactlyInAnyOrderElementsOf(expected.names());
            expected.names()
                    .forEach(name -> assertThat(seen.values(name)).as(name).isEqualTo(expected.values(name)));
        } else {
            assertThat(fields(proxied)).containsExactlyInAnyOrderElementsOf(fields(direct));
            assertThat(proxied.body()).isEqualTo(direct.body());
        }
    }

    private static List<String> fields(HttpMessage message) {
        return message.headerSection().fields().stream()
                .map(field -> field.name().toLowerCase(Locale.ROOT) + ": " + field.value())
                .toList();
    }

    private HttpMessage sendDirectly(EquivalentRequest request) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", CURL, "sh"));
        command.add(Base64.getEncoder().encodeToString(request.body()));
        command.addAll(isHead(request) ? List.of("-I") : List.of("--request", request.method()));
        // Those that curl adds by itself are left out.
        for (String field : List.of("user-agent:", "accept:", "expect:", "host: " + host)) {
            command.addAll(List.of("--header", field));
        }
        request.fields().forEach(field -> command.addAll(List.of("--header", field)));
        if (request.body().length > 0) {
            command.addAll(List.of("--data-binary", "@" + BODY_FILE));
        }
        command.add("http://127.0.0.1:" + TargetNode.SERVICE_PORT + request.target());
        byte[] response = Base64.getMimeDecoder()
                .decode(tailnet.target().run(command.toArray(String[]::new)).getBytes(StandardCharsets.US_ASCII));
        return new HttpMessageReader(new ByteArrayInputStream(response)).readResponse(isHead(request));
    }

    private HttpMessage sendThroughProxy(EquivalentRequest request) throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                request.method() + " " + request.target() + " HTTP/1.1",
                "host: proxy",
                "ts-target-ip: " + tailnet.target().address(),
                "ts-target-port: " + TargetNode.SERVICE_PORT));
        lines.addAll(request.fields());
        if (request.body().length > 0) {
            lines.add("content-length: " + request.body().length);
        }
        try (Socket socket = new Socket(pod.requests().getHost(), pod.requests().getPort())) {
            return exchange(socket, new HttpMessage(new HeaderSection(lines), request.body()));
        }
    }

    private static HttpMessage exchange(Socket socket, HttpMessage request) throws IOException {
        socket.setSoTimeout(60_000);
        new HttpMessageWriter(socket.getOutputStream()).write(request);
        InputStream in = new BufferedInputStream(socket.getInputStream());
        return new HttpMessageReader(in)
                .readResponse(request.headerSection().method().equals("HEAD"));
    }

    private static boolean isHead(EquivalentRequest request) {
        return request.method().equals("HEAD");
    }
}
