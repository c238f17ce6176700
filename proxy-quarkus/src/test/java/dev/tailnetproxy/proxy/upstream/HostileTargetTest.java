package dev.tailnetproxy.proxy.upstream;

import static dev.tailnetproxy.proxy.support.TestProxy.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.HostileTarget;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Targets that misbehave: each ends in the right error, and the next request to the same target works. */
class HostileTargetTest {

    private static final CountDownLatch FINISHED = new CountDownLatch(1);
    private static TestProxy proxy;
    private static RawTarget target;

    @BeforeAll
    static void start() {
        proxy = TestProxy.options().start();
        target = new RawTarget(RawTarget.bytes(""));
        proxy.socks().route(TestProxy.PEER, 80, target.port());
    }

    @AfterAll
    static void stop() {
        FINISHED.countDown();
        proxy.close();
        target.close();
    }

    static Stream<HostileTarget> targets() {
        return HostileTarget.plain();
    }

    @Test
    void compressedBodyIsNotDecompressed() throws Exception {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 200; i++) {
                gzip.write(zeros);
            }
        }
        String headerSection =
                "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: " + bomb.size() + "\r\n\r\n";
        target.responds((request, out) -> {
            out.write(headerSection.getBytes(StandardCharsets.US_ASCII));
            bomb.writeTo(out);
            return true;
        });

        ProxyResponse response =
                proxy.call("GET").header("accept-encoding", "gzip").send();

        Body.Bytes body =
                assertThat(response.body()).asInstanceOf(type(Body.Bytes.class)).actual();
        assertThat(body.buffer().getBytes()).containsExactly(bomb.toByteArray());
        assertThat(response.headers().first("content-encoding").orElse("")).isEqualTo("gzip");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void hostileTargetCausesDocumentedError(HostileTarget hostile) {
        target.responds(hostile.response(FINISHED));
        boolean silent = hostile.error().equals("Timeout");

        assertThat(outcome(proxy.call("GET")
                        .within(silent ? Duration.ofMillis(300) : Duration.ofSeconds(30))
                        .send()))
                .isEqualTo(hostile.error());
        int connections = target.connections();

        target.responds(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
        assertThat(outcome(proxy.get())).as("the next request").isEqualTo("200");
        assertThat(target.connections())
                .as("the connection of the hostile response was used again")
                .isEqualTo(connections + 1);
    }
}
