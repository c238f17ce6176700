package dev.tailnetproxy.proxy.server;

import static dev.tailnetproxy.proxy.support.TestProxy.PEER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.SocketTarget;
import dev.tailnetproxy.proxy.support.TestCertificates;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import dev.tailnetproxy.proxy.support.TlsTerminator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ports whose requests all go to one target, beside the port whose clients name theirs. */
class ServicePortsTest {

    private static final String PEER_NAME = "target.tailnet.test";
    private static final String REQUEST = "GET / HTTP/1.1\r\nhost: orders\r\n\r\n";

    @TempDir
    private Path folder;

    private final RawTarget other = new RawTarget(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nother"));

    private final TestServer proxy = TestProxy.options()
            .denied(PEER + ":82")
            .services("1=http://" + PEER + ",2=http://" + PEER + ":8080,3=http://" + PEER + ":82,4=http://" + PEER_NAME
                    + ",5=http://203.0.113.1")
            .listen();

    @AfterEach
    void stop() {
        proxy.close();
        other.close();
    }

    private RawClient.ReceivedResponse ask(int service, String request) throws IOException {
        try (RawClient client = proxy.serviceClient(service)) {
            return client.send(request).response();
        }
    }

    @Test
    void requestGoesToTargetOfItsPort() throws Exception {
        proxy.harness().socks().route(PEER, 8080, other.port());

        assertThat(ask(0, REQUEST).text()).isEqualTo("ok");
        assertThat(ask(1, REQUEST).text()).isEqualTo("other");
        assertThat(proxy.target().last().values("host")).isEqualTo(List.of(PEER));
        assertThat(other.last().values("host")).isEqualTo(List.of(PEER + ":8080"));
    }

    @Test
    void nameIsResolvedAndSentAsHost() throws Exception {
        assertThat(ask(3, REQUEST).text()).isEqualTo("ok");
        assertThat(proxy.target().last().values("host")).isEqualTo(List.of(PEER_NAME));
    }

    /** The target's client is the application: what it sends is for the target, its credentials and signature included. */
    @Test
    void requestPassesAsItIs() throws Exception {
        String target = "/a/%2F/../b//?X-Amz-Signature=1&q=%20";
        ask(
                0,
                "POST " + target + " HTTP/1.1\r\nhost: orders\r\nauthorization: Bearer abc\r\ncookie: a=1\r\n"
                        + "x-amz-date: 20260101T000000Z\r\nx-own: 1\r\ncontent-length: 3\r\n\r\nabc");

        RawTarget.ReceivedRequest received = proxy.target().last();
        assertThat(received.requestLine()).isEqualTo("POST " + target + " HTTP/1.1");
        assertThat(received.values("authorization")).isEqualTo(List.of("Bearer abc"));
        assertThat(received.values("cookie")).isEqualTo(List.of("a=1"));
        assertThat(received.values("x-amz-date")).isEqualTo(List.of("20260101T000000Z"));
        assertThat(received.values("x-own")).isEqualTo(List.of("1"));
        assertThat(received.body().toString()).isEqualTo("abc");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ts-target-ip: 100.64.0.3",
                "TS-Target-Port: 8080",
                "ts_target_ip: 100.64.0.3",
                "ts.target.ip: 100.64.0.3",
                "ts-host: other",
                "ts-https: true",
                "ts-authorization: Basic a",
                "ts-health: true",
                "ts-warmer: true",
                "ts-timeout-ms: none",
                "ts-metric-service: a\r\nts-metric-dimension-name: :\r\nts-metric-dimension-value: c",
            })
    void controlFieldsAreRemovedAndHaveNoEffect(String fields) throws Exception {
        proxy.harness().socks().route(PEER, 8080, other.port());

        assertThat(ask(0, "GET / HTTP/1.1\r\nhost: orders\r\n" + fields + "\r\n\r\n")
                        .text())
                .isEqualTo("ok");
        assertThat(proxy.target().last().headerSection())
                .noneMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("ts"));
        assertThat(proxy.target().last().values("host")).isEqualTo(List.of(PEER));
        assertThat(proxy.target().last().values("authorization")).isEmpty();
        assertThat(other.received()).isEmpty();
    }

    @Test
    void targetDoesNotPoseAsProxy() throws Exception {
        proxy.target()
                .responds(RawTarget.bytes(
                        "HTTP/1.1 502 X\r\nts-error-name: Timeout\r\nx-own: 1\r\ncontent-length: 0\r\n\r\n"));

        RawClient.ReceivedResponse response = ask(0, REQUEST);

        assertThat(response.outcome()).isEqualTo("502");
        assertThat(response.values("x-own")).isEqualTo(List.of("1"));
    }

    @ParameterizedTest
    @CsvSource({"2, TargetNotAllowed", "4, TargetNotAllowed", "1, ConnectionRefused"})
    void policyAndErrorsAreThoseOfTheProxy(int service, String error) throws Exception {
        assertThat(ask(service, REQUEST).outcome()).isEqualTo(error);
    }

    @Test
    void portsAreListedInOrderAndAreNotTheMainOne() throws Exception {
        assertThat(proxy.server().servicePorts())
                .hasSize(5)
                .doesNotHaveDuplicates()
                .doesNotContain(proxy.server().port(), proxy.managementPort());
        try (RawClient client = proxy.client()) {
            assertThat(client.send(REQUEST).response().outcome()).isEqualTo("MissingTarget");
        }
    }

    @Test
    void requestIsLoggedAndCounted() throws Exception {
        try (CapturedLog log = CapturedLog.of("dev.tailnetproxy.proxy.request")) {
            ask(0, REQUEST);
            await().until(() -> !log.records().isEmpty());

            assertThat(log.records().stream().map(ExtLogRecord::getMdcCopy))
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .containsEntry("target", PEER + ":80")
                            .containsEntry("caller", "127.0.0.1")
                            .containsEntry("status", "200"));
        }
        try (RawClient client = proxy.managementClient()) {
            assertThat(client.send("GET /q/metrics HTTP/1.1\r\nhost: a\r\n\r\n")
                            .response()
                            .text())
                    .contains("tailnet_proxy_requests_seconds_count{error=\"none\",status=\"200\"} 1");
        }
    }

    @Test
    void upgradePasses() throws Exception {
        try (SocketTarget target = new SocketTarget()) {
            proxy.harness().socks().route(PEER, 80, target.port());
            try (RawClient client = proxy.serviceClient(0)
                            .send(String.join(
                                    "\r\n",
                                    "GET /chat HTTP/1.1",
                                    "host: orders",
                                    "ts-target-port: 1",
                                    "connection: upgrade",
                                    "upgrade: example/1",
                                    "",
                                    ""));
                    SocketTarget.Connection connection = target.next()) {
                assertThat(connection.section().startLine()).isEqualTo("GET /chat HTTP/1.1");
                assertThat(connection.section().values("host")).isEqualTo(List.of(PEER));
                connection.send(UpgradeFixture.SWITCHING);

                assertThat(client.headerSection()).contains("HTTP/1.1 101 Switching Protocols");
                connection.send("hello");
                assertThat(new String(client.readFully(5), StandardCharsets.ISO_8859_1))
                        .isEqualTo("hello");
                assertThat(proxy.server().upgradedConnections()).isEqualTo(1);
            }
        }
    }

    /** Services are told apart by network policies: an application that calls a plain name has no credentials for a proxy. */
    @Test
    void tokenOfMainPortIsNotAskedForAndNotConsumed() throws Exception {
        Path tokens = Files.writeString(folder.resolve("tokens"), "0123456789abcdef\n");
        try (TestServer guarded = TestProxy.options()
                        .access(new Access(Optional.empty(), Optional.of(tokens)))
                        .services("1=http://" + PEER)
                        .listen();
                RawClient service = guarded.serviceClient(0);
                RawClient main = guarded.client()) {
            assertThat(service.send("GET / HTTP/1.1\r\nhost: a\r\nauthorization: Bearer 0123456789abcdef\r\n\r\n")
                            .response()
                            .text())
                    .isEqualTo("ok");
            assertThat(guarded.target().last().values("authorization")).isEqualTo(List.of("Bearer 0123456789abcdef"));
            assertThat(main.send("GET / HTTP/1.1\r\n" + TestServer.TARGET + "\r\n")
                            .response()
                            .outcome())
                    .isEqualTo("Unauthorized");
        }
    }

    @Test
    void schemeDecidesOnVerifiedTls() throws Exception {
        TestCertificates authority = new TestCertificates(folder);
        Path certificate = authority.issue("peer", PEER_NAME, "-1d");
        try (TestServer trusting = TestProxy.options()
                        .caBundle(authority.authority())
                        .services("1=https://" + PEER_NAME + ",2=https://" + PEER)
                        .listen();
                TlsTerminator terminator =
                        new TlsTerminator(certificate, trusting.target().port())) {
            trusting.harness().socks().route(PEER, 443, terminator.port());
            try (RawClient named = trusting.serviceClient(0);
                    RawClient addressed = trusting.serviceClient(1)) {
                assertThat(named.send(REQUEST).response().text()).isEqualTo("ok");
                assertThat(trusting.target().last().values("host")).isEqualTo(List.of(PEER_NAME));
                assertThat(addressed.send(REQUEST).response().outcome())
                        .as("the certificate is not for the address")
                        .isEqualTo("TlsFailure");
            }
        }
    }
}
