package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import java.io.IOException;
import java.util.List;
import org.jboss.logmanager.formatters.JsonFormatter;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;

/**
 * A proxy for all tests of a class, which asks it for what it should refuse. Afterwards nothing secret may be in the log,
 * whatever the requests were.
 */
final class RefusingProxy implements BeforeEachCallback, AfterAllCallback {

    static final String SECRET = "s3cr3t-marker";
    static final String WITHOUT_HOST = "ts-target-ip: " + TestProxy.PEER + "\r\nts-target-port: 80\r\nauthorization: "
            + SECRET + "\r\ncookie: a=" + SECRET + "\r\n";
    static final String TARGET = "host: proxy\r\n" + WITHOUT_HOST;
    static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\n" + TARGET + "\r\n";

    /** They quote what callers say, so that the proxy's settings silence them. */
    static final List<String> SILENCED = List.of(
            "io.vertx.core.net.impl.ConnectionBase", "io.vertx.core.http.impl.HttpServerImpl", "jdk.event.security");

    private final CapturedLog log = CapturedLog.of("");
    private final TestServer proxy = TestProxy.options().listen();

    static Arguments post(String name, String error, String readRemaining) {
        return Arguments.of(name, error, "POST / HTTP/1.1\r\n" + TARGET + readRemaining);
    }

    static Arguments line(String name, String error, String line) {
        return Arguments.of(name, error, line + "\r\n" + TARGET + "\r\n");
    }

    TestServer proxy() {
        return proxy;
    }

    void assertRefused(String name, String error, String request) throws IOException {
        try (RawClient client = proxy.client()) {
            assertRefused(name, error, client.send(request).response());
        }
    }

    /** Nothing behind it is served. */
    void assertRefusedAsTheLast(String name, String error, String request) throws IOException {
        try (RawClient client = proxy.client()) {
            assertRefused(name, error, client.send(request).response());
            assertThat(client.readRemaining()).as(name).isEqualTo("");
        }
    }

    void assertNothingWasDialled() {
        assertThat(proxy.harness().socks().dials()).isEmpty();
    }

    private void assertRefused(String name, String error, RawClient.ReceivedResponse response) {
        assertThat(response.outcome()).as(name).isEqualTo(error);
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.text().contains(SECRET)
                        || response.headerSection().toString().contains(SECRET))
                .isFalse();
        assertThat(proxy.target().received().size())
                .as("the target has got a whole request")
                .isZero();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        proxy.resetTarget();
        proxy.harness().socks().clearDials();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        proxy.close();
        log.close();
        JsonFormatter formatter = new JsonFormatter();
        assertThat(log.records().stream()
                        .filter(logged -> !SILENCED.contains(logged.getLoggerName()))
                        .map(formatter::format)
                        .filter(line -> line.contains(SECRET))
                        .toList())
                .isEmpty();
    }
}
