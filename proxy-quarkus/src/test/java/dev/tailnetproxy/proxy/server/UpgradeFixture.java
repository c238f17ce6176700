package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.SocketTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestProxyOptions;
import dev.tailnetproxy.proxy.support.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jboss.logmanager.ExtLogRecord;

/** A proxy between a client and a target that switch to another protocol, and the lines that tell of it. */
record UpgradeFixture(TestServer proxy, SocketTarget target, CapturedLog log) implements AutoCloseable {

    static final String HANDSHAKE =
            "GET / HTTP/1.1\r\n" + TestServer.TARGET + "connection: upgrade\r\nupgrade: example/1\r\n\r\n";

    static final String SWITCHING =
            "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: example/1\r\n\r\n";

    static UpgradeFixture start(TestProxyOptions options) {
        CapturedLog log = CapturedLog.of("dev.tailnetproxy.proxy.request");
        SocketTarget target = new SocketTarget();
        TestServer proxy = options.listen();
        proxy.harness().socks().route(TestProxy.PEER, 80, target.port());
        proxy.harness().socks().passEnds();
        return new UpgradeFixture(proxy, target, log);
    }

    static void switchProtocols(RawClient client, SocketTarget.Connection target) throws IOException {
        target.send(SWITCHING);
        client.headerSection();
    }

    static String read(RawClient client, int length) throws IOException {
        return new String(client.readFully(length), StandardCharsets.ISO_8859_1);
    }

    List<Map<String, String>> lines() {
        return log.records().stream().map(ExtLogRecord::getMdcCopy).toList();
    }

    Map<String, String> onlyLine() {
        await().until(() -> !lines().isEmpty());
        assertThat(lines()).as(() -> "" + lines()).hasSize(1);
        return lines().get(0);
    }

    void assertNothingIsLeft() {
        await().until(() -> proxy.server().upgradedConnections() == 0);
        await().until(() -> proxy.server().connections() == 0);
        await().until(() -> proxy.harness().limits().requests().used() == 0);
        await().until(() -> proxy.harness().limits().targetConnections().used() == 0);
    }

    @Override
    public void close() {
        log.close();
        proxy.close();
        target.close();
    }
}
