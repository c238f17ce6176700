package dev.tailnetproxy.proxy.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.Harness;
import dev.tailnetproxy.proxy.support.RawTarget;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is logged for a request, and what is in no log and no error at any level. */
class SecretsTest {

    private static final String SECRET = "s3cr3t-marker";

    private final List<ExtLogRecord> records = new CopyOnWriteArrayList<>();
    private final Logger root = Logger.getLogger("");
    private final java.util.logging.Level before = root.getLevel();
    private final ExtHandler handler = new ExtHandler() {
        @Override
        protected void doPublish(ExtLogRecord logged) {
            logged.copyMdc();
            records.add(logged);
        }
    };

    @BeforeEach
    void listen() {
        root.setLevel(Level.ALL);
        handler.setLevel(Level.ALL);
        root.addHandler(handler);
    }

    @AfterEach
    void stop() {
        root.removeHandler(handler);
        root.setLevel(before);
    }

    private static Harness.Call withSecrets(Harness.Call call) {
        for (String name : List.of(
                "authorization",
                "cookie",
                "ts-authorization",
                "x-amz-security-token",
                "ts-x-amz-security-token",
                "x-api-key",
                "ts-unknown")) {
            call.header(name, SECRET);
        }
        return call.body(Body.of(SECRET.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void noSecretIsLoggedOrSaid() {
        try (RawTarget target = new RawTarget((request, out) -> {
                    out.write(("HTTP/1.1 200 OK\r\nset-cookie: " + SECRET + "\r\ncontent-length: 13\r\n\r\n" + SECRET)
                            .getBytes(StandardCharsets.US_ASCII));
                    return true;
                });
                RawTarget broken = new RawTarget((request, out) -> {
                    out.write((SECRET + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                    return false;
                });
                Harness proxy = Harness.options().start()) {
            proxy.socks().route(Harness.PEER, 80, target.port());
            proxy.socks().route(Harness.PEER, 82, broken.port());

            assertEquals(200, withSecrets(proxy.call("POST")).send().status());
            for (Harness.Call call : List.of(
                    proxy.call("POST").to(Harness.PEER, 81),
                    proxy.call("POST").to(Harness.PEER, 82),
                    proxy.call("POST").to("127.0.0.1", 80),
                    proxy.call("POST").to("nobody", 80),
                    proxy.call("POST").to(SECRET + " x", 80),
                    proxy.call("POST").header("ts-timeout-ms", SECRET),
                    proxy.call("POST").header("ts-https", SECRET),
                    proxy.call("POST").header("ts-host", SECRET + "/"),
                    proxy.call("POST").header("x-bad", SECRET + "\n"),
                    proxy.call("POST")
                            .header("ts-metric-service", SECRET + "\"")
                            .header("ts-metric-dimension-name", SECRET)
                            .header("ts-metric-dimension-value", SECRET))) {
                ProxyResponse response = withSecrets(call).send();
                response.headers().forEach(field -> assertFalse(field.value().contains(SECRET), field.name()));
            }
        }
        for (ExtLogRecord logged : records) {
            // Netty and Vert.x describe objects here that hold no part of a request; all of it is searched.
            String all = new PatternFormatter("%c %s %X %e").format(logged);
            assertFalse(all.contains(SECRET), all);
        }
    }

    @Test
    void oneLineTellsOfARequest() {
        try (RawTarget target = new RawTarget(RawTarget.bytes("HTTP/1.1 201 X\r\ncontent-length: 2\r\n\r\nok"));
                Harness proxy = Harness.options().start()) {
            proxy.socks().route(Harness.PEER, 80, target.port());
            proxy.call("PUT").body(Body.of(new byte[3])).send();
            proxy.call("GET").to("127.0.0.1", 9001).send();
        }
        List<Map<String, String>> lines = records.stream()
                .filter(r -> r.getLoggerName().equals("dev.tailnetproxy.proxy.request"))
                .map(ExtLogRecord::getMdcCopy)
                .toList();

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
}
