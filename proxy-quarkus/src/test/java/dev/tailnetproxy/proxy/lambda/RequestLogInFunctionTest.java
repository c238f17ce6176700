package dev.tailnetproxy.proxy.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.support.Events;
import dev.tailnetproxy.proxy.support.Invoker;
import dev.tailnetproxy.proxy.support.LogCapture;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TailnetStandIn;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;

/** The line of a request in the function, where Quarkus keeps the mapped diagnostic context with Vert.x's contexts. */
@QuarkusTest
@WithTestResource(TailnetStandIn.class)
class RequestLogInFunctionTest {

    @Test
    void theLineHasItsFieldsOnWhateverThreadTheRequestEnds() {
        TailnetStandIn tailnet = TailnetStandIn.current();
        tailnet.target().reset();
        tailnet.target().responds(RawTarget.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
        LogCapture log = LogCapture.of("dev.tailnetproxy.proxy.request");
        try (log) {
            Invoker.invoke(Events.get("/").target(TailnetStandIn.PEER, 80));
            Invoker.invoke(Events.get("/").target("api.svc.test", 80));
            Invoker.invoke(Events.get("/").target("127.0.0.1", 80));
        }

        List<Map<String, String>> lines =
                log.records().stream().map(ExtLogRecord::getMdcCopy).toList();

        assertEquals(3, lines.size());
        assertEquals(
                List.of("200", "200", "403"),
                lines.stream().map(line -> line.get("status")).toList());
        assertTrue(
                lines.stream()
                        .noneMatch(line -> line.getOrDefault("requestId", "").isEmpty()),
                lines.toString());
    }
}
