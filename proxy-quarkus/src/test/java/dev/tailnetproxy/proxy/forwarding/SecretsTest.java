package dev.tailnetproxy.proxy.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.conformance.ConformanceCase;
import dev.tailnetproxy.proxy.metrics.EmbeddedMetrics;
import dev.tailnetproxy.proxy.support.BuiltInSettings;
import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.FunctionResponse;
import dev.tailnetproxy.proxy.support.HostileTarget;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestCertificates;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestTailnet;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PfxOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
 * Every conformance case, every hostile target and every error name, with secrets wherever a request and a response can
 * hold one: nothing of them is in a log line of any level, in a metric or in an error of the proxy.
 */
class SecretsTest {

    /** It quotes what targets say, so that the proxy's settings silence it. */
    private static final String SILENCED = "io.vertx.core.net.impl.ConnectionBase";

    private static final String PROBE = "io.vertx.core.http.impl.Probe";

    private static final Set<ErrorName> OF_FORWARDER_MODE = Set.of(
            ErrorName.SENDER_NOT_ALLOWED,
            ErrorName.PATH_NOT_ALLOWED,
            ErrorName.METHOD_NOT_ALLOWED,
            ErrorName.CONTENT_TOO_LARGE,
            ErrorName.QUEUE_UNAVAILABLE,
            ErrorName.UNSUPPORTED_MEDIA_TYPE,
            ErrorName.VERIFICATION_UNAVAILABLE);

    @TempDir
    Path dir;

    private final ByteArrayOutputStream emfLines = new ByteArrayOutputStream();
    private final Set<String> errors = new TreeSet<>();
    private final CountDownLatch finished = new CountDownLatch(1);

    @Test
    void secretsAreNotExposed() throws Exception {
        CapturedLog log = CapturedLog.of("");
        try (log;
                RawTarget target = new RawTarget(RawTarget.bytes(""));
                TestProxy proxy = TestProxy.options()
                        .allowed(TestTailnet.ALLOWED)
                        .metrics(new EmbeddedMetrics(
                                new PrintStream(emfLines, true, StandardCharsets.UTF_8), Clock.systemUTC()))
                        .start()) {
            TestTailnet.registerDefaults(proxy.socks(), proxy.localApi(), target);
            driveConformance(proxy, target);
            driveHostileTargets(proxy, target);
            driveQuotableResponses(proxy, target);
            driveNamesOfCertificates(proxy);
            driveRemainingSources(proxy);
            Logger.getLogger(PROBE).trace("heard");
        } finally {
            finished.countDown();
        }

        assertThat(errors)
                .as("every error was driven")
                .isEqualTo(Arrays.stream(ErrorName.values())
                        // Of faults nobody knows of: InternalErrorTest.
                        .filter(name -> name != ErrorName.INTERNAL_ERROR)
                        // Of the HTTP port and of forwarder mode alone: HttpAccessTest, ForwarderModeTest,
                        // CachedSecretsTest.
                        .filter(name -> name != ErrorName.UNAUTHORIZED && !OF_FORWARDER_MODE.contains(name))
                        .map(ErrorName::wireName)
                        .collect(Collectors.toCollection(TreeSet::new)));
        JsonFormatter formatter = new JsonFormatter();
        assertThat(setting("quarkus.log.category.\"" + SILENCED + "\".level")).isEqualTo("OFF");
        log.records().stream()
                .filter(logged -> !logged.getLoggerName().equals(SILENCED))
                .map(formatter::format)
                .forEach(SecretMarker::assertNone);
        assertThat(hasLogLinesOf(log, "dev.tailnetproxy.proxy.request")).isTrue();
        log.records().stream()
                .map(ExtLogRecord::getMdcCopy)
                .filter(fields -> fields.containsKey("error"))
                .forEach(fields -> assertThat(fields.getOrDefault("reason", "").matches("[ -~]{1,300}"))
                        .as(() -> "no reason: " + fields)
                        .isTrue());
        assertThat(hasLogLinesOf(log, PROBE))
                .as("every category is heard, at every level")
                .isTrue();
        String emf = emfLines.toString(StandardCharsets.UTF_8);
        assertThat(emf).contains("CloudWatchMetrics");
        SecretMarker.assertNone(emf);
    }

    private static String setting(String key) throws IOException {
        Properties settings = BuiltInSettings.read();
        return settings.getProperty(key);
    }

    private static boolean hasLogLinesOf(CapturedLog log, String category) {
        return log.records().stream().map(ExtLogRecord::getLoggerName).anyMatch(name -> name.startsWith(category));
    }

    private void driveConformance(TestProxy proxy, RawTarget target) throws IOException {
        for (ConformanceCase line : ConformanceCase.all().toList()) {
            target.responds(SecretMarker.in(line.response()));
            String expected = line.expect().getString("error");

            FunctionResponse response = send(proxy, line.event(TestTailnet.PEER));

            assertThat(response.header("ts-error-name"))
                    .as(() -> line + ": the secrets changed its path")
                    .isEqualTo(expected);
        }
    }

    private void driveHostileTargets(TestProxy proxy, RawTarget target) throws IOException {
        for (HostileTarget hostile : HostileTarget.plain().toList()) {
            target.responds(SecretMarker.in(hostile.response(finished)));
            FunctionEventBuilder event = get(80);
            if (hostile.error().equals("Timeout")) {
                event.header("ts-timeout-ms", "100");
            }

            assertThat(send(proxy, event).header("ts-error-name").isEmpty())
                    .as(hostile::toString)
                    .isFalse();
        }
        for (HostileTarget talkative :
                HostileTarget.talkative().filter(line -> !line.isLate()).toList()) {
            target.responds(SecretMarker.in(talkative.response(finished)));
            send(proxy, FunctionEventBuilder.request(talkative.method(), "/").target(TestProxy.PEER, 80));
        }
    }

    /** Responses of which a parser's message would quote a part. */
    private void driveQuotableResponses(TestProxy proxy, RawTarget target) throws IOException {
        for (String response : List.of(
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
                out.write(response.replace("<<>>", SecretMarker.SECRET).getBytes(StandardCharsets.ISO_8859_1));
                return false;
            });
            send(proxy, get(80));
        }
    }

    /** A certificate in good order for another name: the JDK says which one it should be for. */
    private void driveNamesOfCertificates(TestProxy proxy) throws Exception {
        TestCertificates authority = new TestCertificates(dir);
        HttpServer server = proxy.vertx()
                .createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(new PfxOptions()
                                .setPath(authority
                                        .issue("web", "web.tailnet.test", "-1d")
                                        .toString())
                                .setPassword(TestCertificates.PASSWORD)))
                .requestHandler(request -> request.response().end())
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        try (TestProxy trusting =
                TestProxy.options().caBundle(authority.authority()).start()) {
            trusting.socks().route(TestProxy.PEER, 443, server.actualPort());
            for (String header : List.of("ts-tls-server-name", "ts-host")) {
                for (String name : List.of(SecretMarker.SECRET, SecretMarker.SECRET + ".example", "192.168.7.7")) {
                    FunctionResponse response = send(trusting, get(443).header(header, name));
                    assertThat(response.header("ts-error-name")).isEqualTo("TlsFailure");
                    assertThat(response.text().contains("192.168.7.7"))
                            .as(response::text)
                            .isFalse();
                }
            }
        }
    }

    private void driveRemainingSources(TestProxy proxy) throws IOException {
        long all = proxy.limits().requests().max() - proxy.limits().requests().used();
        assertThat(proxy.limits().requests().tryAcquire(all)).isTrue();
        assertThat(send(proxy, get(80)).header("ts-error-name")).isEqualTo("Overloaded");
        proxy.limits().requests().release(all);
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
            FunctionEventBuilder bad = get(80).header("ts-metric-dimension-name", "site")
                    .header("ts-metric-dimension-value", "factory-7")
                    .header(header, SecretMarker.SECRET + "\"/ ");
            send(proxy, bad);
        }
        proxy.socks().close();
        send(proxy, get(80));
    }

    private static FunctionEventBuilder get(int port) {
        return FunctionEventBuilder.get("/").target(TestProxy.PEER, port);
    }

    private FunctionResponse send(TestProxy proxy, FunctionEventBuilder event) throws IOException {
        FunctionResponse response = proxy.function()
                .invoke(SecretMarker.in(new JsonObject(event.json())).encode(), 30_000);
        String error = response.header("ts-error-name");
        if (error != null) {
            errors.add(error);
            SecretMarker.assertNone(response.json().encode());
            SecretMarker.assertNone(response.text());
        }
        return response;
    }
}
