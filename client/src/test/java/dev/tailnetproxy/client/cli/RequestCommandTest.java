package dev.tailnetproxy.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.client.ScriptedFunctionUrl;
import dev.tailnetproxy.client.ScriptedFunctionUrl.ReceivedRequest;
import dev.tailnetproxy.client.signing.SignatureCheck;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestCommandTest {

    private final ScriptedFunctionUrl proxy = new ScriptedFunctionUrl();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StringWriter errors = new StringWriter();
    private String input = "";

    @BeforeEach
    void haveCredentials() {
        // The default chain looks here as well; no test needs the environment changed.
        System.setProperty("aws.accessKeyId", "AKIATEST");
        System.setProperty("aws.secretAccessKey", "test-secret");
        System.setProperty("aws.region", "eu-central-1");
    }

    @AfterEach
    void stop() {
        proxy.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        System.clearProperty("aws.region");
    }

    @Test
    void printsStatusHeadersAndBody() throws Exception {
        proxy.next(404, Map.of("x-of", "target"), "not there");

        assertThat(run("--target", "100.64.0.1:8080", "/ping?a=%20")).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("HTTP 404\n")
                .contains("x-of: target\n")
                .endsWith("\n\nnot there");
        assertThat(errors.toString()).isEmpty();
        ReceivedRequest receivedRequest = proxy.take();
        assertThat(receivedRequest.method()).isEqualTo("GET");
        assertThat(receivedRequest.target()).isEqualTo("/ping?a=%20");
        assertThat(receivedRequest.header("ts-target-ip")).isEqualTo("100.64.0.1");
        assertThat(receivedRequest.header("ts-https")).isEqualTo("false");
        assertThat(receivedRequest.header("authorization")).contains("AKIATEST/", "/eu-central-1/lambda/");
    }

    @Test
    void printsOriginalHeaderNames() throws Exception {
        proxy.next(
                401,
                Map.of(
                        "server",
                        "AWS",
                        "x-amzn-Remapped-Server",
                        "target",
                        "x-amzn-Remapped-WWW-Authenticate",
                        "Basic"),
                "");

        assertThat(run("--target", "100.64.0.1:8080", "/")).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .anyMatch("www-authenticate: Basic"::equalsIgnoreCase)
                .anyMatch("server: target"::equalsIgnoreCase)
                .noneMatch(line ->
                        line.contains("AWS") || line.toLowerCase(Locale.ROOT).contains("remapped"));
    }

    @Test
    void sendsMethodHeadersAndBody(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("order.json"), "from a file");
        input = "from standard input";

        run("--target", "h:443", "-d", "as text", "-H", "Content-Type: text/plain", "-H", "x-empty:");
        run("--target", "h:1", "--https", "--request", "PUT", "--data", "@" + file, "/orders/1");
        run("--target", "h:443", "--no-https", "-d", "-", "/");

        ReceivedRequest text = proxy.take();
        assertThat(text.method()).isEqualTo("POST");
        assertThat(text.target()).isEqualTo("/");
        assertThat(text.header("content-type")).isEqualTo("text/plain");
        assertThat(text.header("ts-https")).isEqualTo("true");
        assertThat(text.body()).isEqualTo("as text");
        ReceivedRequest put = proxy.take();
        assertThat(put.method()).isEqualTo("PUT");
        assertThat(put.header("ts-https")).isEqualTo("true");
        assertThat(put.body()).isEqualTo("from a file");
        ReceivedRequest streamed = proxy.take();
        assertThat(streamed.header("ts-https")).isEqualTo("false");
        assertThat(streamed.body()).isEqualTo("from standard input");
    }

    @Test
    void printsAttemptsAndTimingsOnStandardErrorWhenVerbose() {
        proxy.nextProxyError(503, "TailnetUnavailable", Map.of("retry-after", "0"));

        assertThat(run("-v", "--target", "h:1", "/")).isZero();

        assertThat(errors.toString())
                .contains("* attempt 1 signing: ", "* attempt 1 to headers: ", "TailnetUnavailable: the reason")
                .contains("* pause: ", "* attempt 2 signing: ", "* total: ")
                .doesNotContain("test-secret");
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("HTTP 200\n");
    }

    @ParameterizedTest
    @CsvSource({
        "ts-error-name, TargetNotAllowed, 403, 2, the proxy responded with 403 TargetNotAllowed",
        "x-amzn-errortype, AccessDeniedException, 403, 3, lambda:InvokeFunctionUrl",
    })
    void exitStatusTellsResponder(String header, String value, int status, int exit, String message) {
        proxy.next(status, Map.of(header, value), "");

        assertThat(run("--target", "h:1", "/")).isEqualTo(exit);
        assertThat(errors.toString()).contains(message);
        assertThat(out.size()).isZero();
    }

    @Test
    void exitStatusForNoResponse() {
        proxy.close();

        assertThat(run("--no-retry", "--target", "h:1", "/")).isEqualTo(4);
        assertThat(errors.toString()).startsWith("no response: ConnectException");
    }

    @Test
    void reportsMissingBodyFile() {
        assertThat(run("--target", "h:1", "-d", "@/not/there", "/")).isEqualTo(4);
        assertThat(errors.toString()).contains("FileNotFoundException", "/not/there");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--target h",
                "--target h:1 ping",
                "--target h:1 /a b",
                "--target h:1 --header nocolon /",
                "--target h:1 --timeout soon /",
                "--target h:1 --timeout 0 /",
                "--target h:1 --unknown /",
                "--target h:1 --request PROPFIND /",
                "--target h:1 --region 'x y' /",
                "--target h:1 --url ftp://x /",
                "--target h:1 --url http://my_proxy:9100 /",
                "--target h:1 --url http://[x /",
                "--target h:1 --url http://proxy.example /",
                "--target h:1 /a#b",
                "--target h:1 /?a=%FF"
            })
    void reportsUsageErrorInOneLine(String line) {
        assertThat(run(line.isEmpty() ? new String[0] : line.split(" ", -1))).isEqualTo(1);
        assertThat(errors.toString().lines()).hasSizeBetween(1, 2);
        assertThat(proxy.pendingRequests()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "Host: foo, ts-host",
        "hOsT: foo, ts-host",
        "Connection: close, connection to the Function URL",
        "Content-Length: 3, counts the body itself",
        "Expect: 100-continue, nothing to wait for",
        "Upgrade: websocket, WebSocket",
        "Transfer-Encoding: chunked, with its length",
        "x y: 1, no name of a header",
        "x-name: café, beyond ASCII"
    })
    void explainsRestrictedHeader(String header, String message) {
        assertThat(run("--target", "h:1", "-H", header, "/")).isEqualTo(1);
        assertThat(errors.toString()).contains(message);
        assertThat(errors.toString().lines()).hasSize(1);
        assertThat(proxy.pendingRequests()).isZero();
    }

    @Test
    void sendsHostForTarget() throws Exception {
        assertThat(run("--target", "h:1", "-H", "ts-host: foo", "/")).isZero();

        assertThat(proxy.take().header("ts-host")).isEqualTo("foo");
    }

    @Test
    void sendsNonAsciiPathAsSigned() throws Exception {
        assertThat(run("--target", "my_host:8080", "/ä?ü=1")).isZero();

        ReceivedRequest receivedRequest = proxy.take();
        assertThat(receivedRequest.target()).isEqualTo("/%C3%A4?%C3%BC=1");
        assertThat(receivedRequest.header("ts-target-ip")).isEqualTo("my_host");
        assertThat(SignatureCheck.isSigned(receivedRequest)).isTrue();
    }

    @Test
    void acceptsPlainHttpOnlyWhenAllowed() {
        String[] line = {
            "--target",
            "h:1",
            "--no-retry",
            "--timeout",
            "1",
            "--region",
            "eu-central-1",
            "--url",
            "http://0.0.0.0:1",
            "/"
        };

        assertThat(run(line)).isEqualTo(1);
        assertThat(errors.toString()).contains("--allow-plain-http");
        assertThat(run(Stream.concat(Stream.of("--allow-plain-http"), Stream.of(line))
                        .toArray(String[]::new)))
                .isEqualTo(4);
    }

    @Test
    void requiresUrl() {
        int status = RequestCommand.run(
                new ByteArrayInputStream(new byte[0]), out, new PrintWriter(errors, true), Map.of(), "--target", "h:1");

        assertThat(status).isEqualTo(1);
        assertThat(errors.toString()).contains("TAILSCALE_PROXY_URL");
    }

    @Test
    void printsHelp() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("--target", "Exit status", "TAILSCALE_PROXY_URL");
    }

    private int run(String... arguments) {
        return RequestCommand.run(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                out,
                new PrintWriter(errors, true),
                Map.of("TAILSCALE_PROXY_URL", proxy.uri().toString()),
                arguments);
    }
}
