package dev.tailnetproxy.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailnetproxy.proxy.metrics.TrafficMetrics;
import dev.tailnetproxy.proxy.support.Harness;
import dev.tailnetproxy.proxy.support.ListeningProxy;
import dev.tailnetproxy.proxy.support.RawCaller;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The longest time for one request on the HTTP port. */
class DeadlineTest {

    private static final String TARGET = "host: proxy\r\nts-target-ip: " + Harness.PEER + "\r\nts-target-port: 80\r\n";

    private ListeningProxy proxy;

    @BeforeEach
    void start() {
        proxy = new ListeningProxy(Duration.ofMillis(300), Harness.options(), TrafficMetrics.none());
        proxy.target().answers((request, out) -> true);
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ts-timeout-ms: 900000\r\n"})
    void aTargetThatIsSilentForLongerIsATimeout(String more) throws IOException {
        try (RawCaller caller = proxy.caller()) {
            assertEquals(
                    "Timeout",
                    caller.send("GET / HTTP/1.1\r\n" + TARGET + more + "\r\n")
                            .reply()
                            .outcome());
        }
    }

    @Test
    void aCallerThatDoesNotEndItsRequestIsLeft() throws IOException {
        try (RawCaller caller = proxy.caller()) {
            assertEquals(
                    "",
                    caller.send("POST / HTTP/1.1\r\n" + TARGET + "content-length: 5\r\n\r\nabc")
                            .rest());
        }
        assertEquals(0, proxy.target().received().size());
    }
}
