package dev.tailnetproxy.proxy.server;

import static dev.tailnetproxy.proxy.support.TestServer.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** URIs in request lines and the Host of requests (RFC 9112 section 3.2). */
class RequestTargetTest {

    @RegisterExtension
    static final TestServer proxy = TestProxy.options().listen();

    @ParameterizedTest
    @CsvSource({
        "GET http://a.example/b?c=d, GET /b?c=d",
        "GET HTTPS://a.example:8443/%2e/../b, GET /%2e/../b",
        "GET http://a.example, GET /",
        "GET http://a.example?c, GET /?c",
        "GET http://[fd7a:115c:a1e0::9]:80/, GET /",
        "GET http://a.example//b/http://c, GET //b/http://c",
        "OPTIONS http://a.example/, OPTIONS /",
        "GET //a.example/b, GET //a.example/b"
    })
    void absoluteFormIsForwardedAsPathAndQuery(String line, String forwarded) throws Exception {
        for (String version : List.of(" HTTP/1.1", " HTTP/1.0")) {
            try (RawClient client = proxy.client()) {
                assertThat(client.send(line + version + "\r\n" + TARGET + "\r\n")
                                .response()
                                .text())
                        .isEqualTo("ok");
            }
            assertThat(proxy.target().last().requestLine()).isEqualTo(forwarded + " HTTP/1.1");
            assertThat(proxy.target().last().values("host")).isEqualTo(List.of(TestProxy.PEER));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "A.Example",
                "a.example.",
                "my_host:8080",
                "a:",
                "100.64.0.2:80",
                "[fd7a:115c:a1e0::9]",
                "[::ffff:100.64.0.9]:8443",
                "a%20b"
            })
    void validHostsAreAccepted(String host) throws Exception {
        try (RawClient client = proxy.client()) {
            String fields = TARGET.replace("host: proxy", "host: " + host);

            assertThat(client.send("GET / HTTP/1.1\r\n" + fields + "\r\n")
                            .response()
                            .text())
                    .isEqualTo("ok");
        }
    }

    @Test
    void http10DoesNotRequireHost() throws Exception {
        try (RawClient client = proxy.client()) {
            String fields = TARGET.replace("host: proxy\r\n", "");

            assertThat(client.send("GET / HTTP/1.0\r\n" + fields + "\r\n")
                            .response()
                            .text())
                    .isEqualTo("ok");
        }
    }
}
