package dev.tailnetproxy.proxy.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.FunctionResponse;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A function has no connection that could be upgraded, whatever the event says and the target responds. */
class UpgradeInFunctionTest {

    private static final int REMAINING_MS = 30_000;

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "HTTP/1.1 426 Upgrade Required|upgrade: websocket|content-length: 0; 426",
                "HTTP/1.1 101 Switching Protocols|connection: upgrade|upgrade: websocket; 502",
            })
    void handshakeIsAnOrdinaryRequest(String response, int status) throws Exception {
        try (RawTarget target = new RawTarget(RawTarget.bytes(response.replace("|", "\r\n") + "\r\n\r\n"));
                TestProxy proxy = TestProxy.options().start()) {
            proxy.socks().route(TestProxy.PEER, 80, target.port());
            String event = FunctionEventBuilder.get("/chat")
                    .target(TestProxy.PEER, 80)
                    .header("connection", "upgrade")
                    .header("upgrade", "websocket")
                    .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
                    .json();

            FunctionResponse received = proxy.function().invoke(event, REMAINING_MS);

            assertThat(received.status()).isEqualTo(status);
            assertThat(received.header("upgrade")).isNull();
            RawTarget.ReceivedRequest request = target.received().get(0);
            assertThat(request.values("upgrade")).isEmpty();
            assertThat(request.values("connection")).isEmpty();
            assertThat(request.values("sec-websocket-key")).hasSize(1);
        }
    }
}
