package dev.tailnetproxy.proxy.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.FunctionInvoker;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestTailnet;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;

/** The line of a request in the function, where Quarkus keeps the mapped diagnostic context with Vert.x's contexts. */
@QuarkusTest
@WithTestResource(TestTailnet.class)
class RequestLogInFunctionTest {

    @Test
    void logLineHasFieldsOnAnyThread() {
        TestTailnet tailnet = TestTailnet.current();
        tailnet.target().reset();
        tailnet.target().responds(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
        CapturedLog log = CapturedLog.of("dev.tailnetproxy.proxy.request");
        try (log) {
            FunctionInvoker.invoke(FunctionEventBuilder.get("/").target(TestTailnet.PEER, 80));
            FunctionInvoker.invoke(FunctionEventBuilder.get("/").target("api.svc.test", 80));
            FunctionInvoker.invoke(FunctionEventBuilder.get("/").target("127.0.0.1", 80));
        }

        List<Map<String, String>> lines =
                log.records().stream().map(ExtLogRecord::getMdcCopy).toList();

        assertThat(lines).hasSize(3);
        assertThat(lines.stream().map(line -> line.get("status")).toList()).isEqualTo(List.of("200", "200", "403"));
        assertThat(lines.stream()
                        .noneMatch(line -> line.getOrDefault("requestId", "").isEmpty()))
                .as(lines.toString())
                .isTrue();
    }
}
