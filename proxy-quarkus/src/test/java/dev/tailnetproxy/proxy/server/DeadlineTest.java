package dev.tailnetproxy.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tailnetproxy.proxy.metrics.TrafficMetrics;
import dev.tailnetproxy.proxy.support.Harness;
import dev.tailnetproxy.proxy.support.ListeningProxy;
import dev.tailnetproxy.proxy.support.RawCaller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The longest time for one request on the HTTP port. */
class DeadlineTest {

    private static final String TARGET = "host: proxy\r\nts-target-ip: " + Harness.PEER + "\r\nts-target-port: 80\r\n";

    private ListeningProxy proxy;

    @BeforeEach
    void start() {
        proxy = new ListeningProxy(Duration.ofMillis(300), Harness.options(), TrafficMetrics.none());
        proxy.target().responds((request, out) -> true);
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

    /** Its answer breaks off at the deadline, with a part of it that nobody takes. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aCallerThatDoesNotReadItsAnswerIsLeft() throws IOException {
        byte[] chunk = ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        try (ListeningProxy patient =
                        new ListeningProxy(Duration.ofSeconds(2), Harness.options(), TrafficMetrics.none());
                RawCaller caller = RawCaller.withSmallBuffer(patient.server().port())) {
            patient.target().respondsAtTheHead((request, out) -> {
                out.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                while (true) {
                    out.write(chunk);
                }
            });
            caller.send("POST / HTTP/1.1\r\n" + TARGET + "content-length: 1000000000000\r\n\r\n");
            assertEquals("HTTP/1.1 200 OK", caller.head().get(0));

            assertThrows(IOException.class, () -> {
                while (true) {
                    caller.send(chunk);
                }
            });
        }
    }
}
