package dev.tailnetproxy.proxy.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailnetproxy.proxy.conformance.ConformanceCase;
import dev.tailnetproxy.proxy.failure.ErrorName;
import dev.tailnetproxy.proxy.metrics.EmbeddedMetrics;
import dev.tailnetproxy.proxy.support.Answer;
import dev.tailnetproxy.proxy.support.Certificates;
import dev.tailnetproxy.proxy.support.Events;
import dev.tailnetproxy.proxy.support.Harness;
import dev.tailnetproxy.proxy.support.HostileTarget;
import dev.tailnetproxy.proxy.support.LogCapture;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TailnetStandIn;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PfxOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.JsonFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every conformance case, every hostile target and every error name, with secrets wherever a request and an answer can
 * hold one: nothing of them is in a log line of any level, in a metric or in an error of the proxy.
 */
class SecretsTest {

    /** It quotes what targets say, so that the proxy's settings silence it. */
    private static final String SILENCED = "io.vertx.core.net.impl.ConnectionBase";

    private static final String PROBE = "io.vertx.core.http.impl.Probe";

    @TempDir
    Path dir;

    private final ByteArrayOutputStream emfLines = new ByteArrayOutputStream();
    private final Set<String> errors = new TreeSet<>();
    private final CountDownLatch over = new CountDownLatch(1);

    @Test
    void areNowhereInWhatTheProxySays() throws Exception {
        LogCapture log = LogCapture.of("");
        try (log;
                RawTarget target = new RawTarget(RawTarget.bytes(""));
                Harness proxy = Harness.options()
                        .allowed(TailnetStandIn.ALLOWED)
                        .metrics(new EmbeddedMetrics(
                                new PrintStream(emfLines, true, StandardCharsets.UTF_8), Clock.systemUTC()))
                        .start()) {
            TailnetStandIn.furnish(proxy.socks(), proxy.localApi(), target);
            driveConformance(proxy, target);
            driveHostileTargets(proxy, target);
            driveQuotableAnswers(proxy, target);
            driveNamesOfCertificates(proxy);
            driveWhatIsLeft(proxy);
            Logger.getLogger(PROBE).trace("heard");
        } finally {
            over.countDown();
        }

        assertEquals(
                Arrays.stream(ErrorName.values())
                        // Of faults nobody knows of: InternalErrorTest.
                        .filter(name -> name != ErrorName.INTERNAL_ERROR)
                        // Of the HTTP port alone: HttpAccessTest.
                        .filter(name -> name != ErrorName.UNAUTHORIZED)
                        .map(ErrorName::wireName)
                        .collect(Collectors.toCollection(TreeSet::new)),
                errors,
                "every error was driven");
        JsonFormatter formatter = new JsonFormatter();
        assertEquals("OFF", setting("quarkus.log.category.\"" + SILENCED + "\".level"));
        log.records().stream()
                .filter(logged -> !logged.getLoggerName().equals(SILENCED))
                .map(formatter::format)
                .forEach(MarkedSecrets::assertNone);
        assertTrue(hasLinesOf(log, "dev.tailnetproxy.proxy.request"));
        log.records().stream()
                .map(ExtLogRecord::getMdcCopy)
                .filter(fields -> fields.containsKey("error"))
                .forEach(fields -> assertTrue(
                        fields.getOrDefault("reason", "").matches("[ -~]{1,300}"), () -> "no reason: " + fields));
        assertTrue(hasLinesOf(log, PROBE), "every category is heard, at every level");
        String emf = emfLines.toString(StandardCharsets.UTF_8);
        assertTrue(emf.contains("CloudWatchMetrics"));
        MarkedSecrets.assertNone(emf);
    }

    private static String setting(String key) throws IOException {
        Properties settings = new Properties();
        try (InputStream in = SecretsTest.class.getResourceAsStream("/application.properties")) {
            settings.load(in);
        }
        return settings.getProperty(key);
    }

    private static boolean hasLinesOf(LogCapture log, String category) {
        return log.records().stream().map(ExtLogRecord::getLoggerName).anyMatch(name -> name.startsWith(category));
    }

    private void driveConformance(Harness proxy, RawTarget target) throws IOException {
        for (ConformanceCase line : ConformanceCase.all().toList()) {
            target.responds(MarkedSecrets.in(line.answer()));
            String expected = line.expect().getString("error");

            Answer answer = send(proxy, line.event(TailnetStandIn.PEER, 80));

            assertEquals(expected, answer.header("ts-error-name"), () -> line + ": the secrets changed its path");
        }
    }

    private void driveHostileTargets(Harness proxy, RawTarget target) throws IOException {
        for (HostileTarget hostile : HostileTarget.plain().toList()) {
            target.responds(MarkedSecrets.in(hostile.answer(over)));
            Events event = get(80);
            if (hostile.error().equals("Timeout")) {
                event.header("ts-timeout-ms", "100");
            }

            assertFalse(send(proxy, event).header("ts-error-name").isEmpty(), hostile::toString);
        }
        for (HostileTarget talkative :
                HostileTarget.talkative().filter(line -> !line.isLate()).toList()) {
            target.responds(MarkedSecrets.in(talkative.answer(over)));
            send(proxy, Events.request(talkative.method(), "/").target(Harness.PEER, 80));
        }
    }

    /** Answers of which a parser's message would quote a part. */
    private void driveQuotableAnswers(Harness proxy, RawTarget target) throws IOException {
        for (String answer : List.of(
                "<<>>\r\n\r\n",
                "<<>>/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 <<>>\r\n\r\n",
                "HTTP/1.1 200 OK\r\n<<>>\r\n\r\n",
                "HTTP/1.1 200 OK\r\n<<>> a: b\r\n\r\n",
                "HTTP/1.1 200 OK\r\na: <<>>\u0000\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: <<>>\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: <<>>\r\n\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n<<>>\r\n")) {
            target.responds((request, out) -> {
                out.write(answer.replace("<<>>", MarkedSecrets.SECRET).getBytes(StandardCharsets.ISO_8859_1));
                return false;
            });
            send(proxy, get(80));
        }
    }

    /** A certificate in good order for another name: the JDK says which one it should be for. */
    private void driveNamesOfCertificates(Harness proxy) throws Exception {
        Certificates authority = new Certificates(dir);
        HttpServer server = proxy.vertx()
                .createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(new PfxOptions()
                                .setPath(authority
                                        .issue("web", "web.tailnet.test", "-1d")
                                        .toString())
                                .setPassword(Certificates.PASSWORD)))
                .requestHandler(request -> request.response().end())
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        try (Harness trusting =
                Harness.options().caBundle(authority.authority()).start()) {
            trusting.socks().route(Harness.PEER, 443, server.actualPort());
            for (String header : List.of("ts-tls-server-name", "ts-host")) {
                for (String name : List.of(MarkedSecrets.SECRET, MarkedSecrets.SECRET + ".example", "192.168.7.7")) {
                    Answer response = send(trusting, get(443).header(header, name));
                    assertEquals("TlsFailure", response.header("ts-error-name"));
                    assertFalse(response.text().contains("192.168.7.7"), response::text);
                }
            }
        }
    }

    private void driveWhatIsLeft(Harness proxy) throws IOException {
        long all = proxy.limits().requests().most() - proxy.limits().requests().used();
        assertTrue(proxy.limits().requests().tryTake(all));
        assertEquals("Overloaded", send(proxy, get(80)).header("ts-error-name"));
        proxy.limits().requests().giveBack(all);
        send(proxy, get(80).header("ts-https", "true"));
        for (String header : List.of(
                "ts-timeout-ms",
                "ts-https",
                "ts-host",
                "ts-tls-server-name",
                "ts-target-ip",
                "ts-target-port",
                "ts-metric-service",
                "content-length")) {
            Events bad = get(80).header("ts-metric-dimension-name", "site")
                    .header("ts-metric-dimension-value", "factory-7")
                    .header(header, MarkedSecrets.SECRET + "\"/ ");
            send(proxy, bad);
        }
        proxy.socks().close();
        send(proxy, get(80));
    }

    private static Events get(int port) {
        return Events.get("/").target(Harness.PEER, port);
    }

    private Answer send(Harness proxy, Events event) throws IOException {
        Answer answer = proxy.function()
                .invoke(MarkedSecrets.in(new JsonObject(event.json())).encode(), 30_000);
        String error = answer.header("ts-error-name");
        if (error != null) {
            errors.add(error);
            MarkedSecrets.assertNone(answer.json().encode());
            MarkedSecrets.assertNone(answer.text());
        }
        return answer;
    }
}
