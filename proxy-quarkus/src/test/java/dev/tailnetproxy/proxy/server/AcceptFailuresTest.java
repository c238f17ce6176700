package dev.tailnetproxy.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.ChildJvm;
import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import dev.tailnetproxy.testkit.TestClock;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A port that can't accept connections says so in one sentence: what, where, and what to do. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AcceptFailuresTest {

    private static final int OPEN_FILES = 400;
    private static final String END = "end of the warnings";

    /** A proxy that tells its port, and its warnings whenever it is asked. */
    public static final class SmallProcess {

        private SmallProcess() {}

        public static void main(String[] arguments) throws IOException {
            CapturedLog log = CapturedLog.of("");
            TestServer proxy = TestProxy.options().listen();
            System.out.println(arguments[0].equals("requests") ? proxy.server().port() : proxy.managementPort());
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (in.readLine() != null) {
                log.warnings().forEach(System.out::println);
                System.out.println(END);
            }
        }
    }

    private static List<String> warnings(ChildJvm process) throws IOException {
        process.send("tell");
        List<String> warnings = new ArrayList<>();
        for (String line = process.line(); !line.equals(END); line = process.line()) {
            warnings.add(line);
        }
        return warnings;
    }

    @Test
    void aProcessThatMayOpenNoMoreFilesSaysSoOnce() throws Exception {
        List<RawClient> callers = new ArrayList<>();
        try (ChildJvm process = new ChildJvm(OPEN_FILES, SmallProcess.class, "requests")) {
            int port = Integer.parseInt(process.line());
            assertThat(warnings(process)).isEmpty();
            RawClient first = new RawClient(port);
            callers.add(first);
            assertThat(first.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n")
                            .response()
                            .status())
                    .isEqualTo(400);
            for (int i = 0; i < OPEN_FILES; i++) {
                callers.add(new RawClient(port));
            }

            await().untilAsserted(() -> assertThat(warnings(process).stream()
                            .anyMatch(line -> line.startsWith("accepts no connections on the port for requests")
                                    && line.contains("ulimit -n")))
                    .as(() -> "nothing was said")
                    .isTrue());
            List<String> logged = warnings(process);
            assertThat(logged.stream()
                            .filter(line -> line.contains("accepts no connections"))
                            .count())
                    .as(logged::toString)
                    .isOne();
            assertThat(logged.stream().noneMatch(line -> line.contains("exceptionCaught")))
                    .as(logged::toString)
                    .isTrue();
        } finally {
            callers.forEach(RawClient::close);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Too many open files | the process may open no more files",
                "Too many open files in system | the process may open no more files",
                "No buffer space available | accepts no connections on here for now: No buffer space available"
            })
    void isSaidWithItsCause(String cause, String sentence) {
        try (CapturedLog log = CapturedLog.of(AcceptFailures.class.getName())) {
            EmbeddedChannel port = new EmbeddedChannel(new AcceptFailures("here", new TestClock()));
            for (int i = 0; i < 100; i++) {
                port.pipeline().fireExceptionCaught(new IOException(cause));
            }
            port.checkException();

            assertThat(log.warnings()).hasSize(1);
            assertThat(log.warnings().get(0).contains(sentence))
                    .as(log.warnings()::toString)
                    .isTrue();
        }
    }
}
