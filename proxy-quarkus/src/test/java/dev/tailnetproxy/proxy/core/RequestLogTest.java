package dev.tailnetproxy.proxy.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.support.Harness;
import dev.tailnetproxy.proxy.support.LogCapture;
import dev.tailnetproxy.proxy.support.RawTarget;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;

/** What is logged for a request. */
class RequestLogTest {

    @Test
    void oneLineTellsOfARequest() {
        LogCapture log = LogCapture.of("dev.tailnetproxy.proxy.request");
        try (log;
                RawTarget target = new RawTarget(RawTarget.bytes("HTTP/1.1 201 X\r\ncontent-length: 2\r\n\r\nok"));
                Harness proxy = Harness.options().start()) {
            proxy.socks().route(Harness.PEER, 80, target.port());
            proxy.call("PUT").body(Body.of(new byte[3])).send();
            proxy.call("GET").to("127.0.0.1", 9001).send();
        }
        List<Map<String, String>> lines =
                log.records().stream().map(ExtLogRecord::getMdcCopy).toList();

        assertEquals(2, lines.size());
        assertEquals("PUT", lines.get(0).get("method"));
        assertEquals(Harness.PEER + ":80", lines.get(0).get("target"));
        assertEquals("201", lines.get(0).get("status"));
        assertEquals("3", lines.get(0).get("bytesIn"));
        assertEquals("2", lines.get(0).get("bytesOut"));
        assertEquals("test", lines.get(0).get("requestId"));
        assertTrue(lines.get(0).containsKey("durationMs"));
        assertTrue(lines.get(0).containsKey("firstByteMs"));
        assertEquals("TargetNotAllowed", lines.get(1).get("error"));
        assertEquals("403", lines.get(1).get("status"));
    }

    @Test
    void anEventThatCannotBeReadLeavesItsLine() throws IOException {
        LogCapture log = LogCapture.of("dev.tailnetproxy.proxy.request");
        try (log;
                Harness proxy = Harness.options().start()) {
            proxy.function().invoke("{\"warm\":true}", 30_000);
        }
        List<Map<String, String>> lines =
                log.records().stream().map(ExtLogRecord::getMdcCopy).toList();

        assertEquals(1, lines.size());
        assertEquals("InvalidHeader", lines.get(0).get("error"));
        assertEquals("400", lines.get(0).get("status"));
        assertEquals("test-request", lines.get(0).get("requestId"));
    }
}
