package dev.tailnetproxy.proxy.upstream;

import static dev.tailnetproxy.proxy.support.Harness.outcome;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.Certificates;
import dev.tailnetproxy.proxy.support.Harness;
import dev.tailnetproxy.proxy.support.ListeningProxy;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PfxOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several exchanges on one connection of HTTP/2: what ends one does not end the others. */
class Http2Test {

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<HttpServerRequest> unanswered = new LinkedBlockingQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private Harness proxy;

    @BeforeEach
    void start(@TempDir Path dir) throws Exception {
        Path certificate = new Certificates(dir).issue("target", "web.tailnet.test", "-1d");
        HttpServerOptions options = new HttpServerOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setKeyCertOptions(
                        new PfxOptions().setPath(certificate.toString()).setPassword(Certificates.PASSWORD));
        int port = ListeningProxy.await(vertx.createHttpServer(options)
                        .connectionHandler(connection -> connections.incrementAndGet())
                        .requestHandler(unanswered::add)
                        .listen(0, "127.0.0.1"))
                .actualPort();
        proxy = Harness.options().insecure(Harness.PEER + ":443").start();
        proxy.socks().route(Harness.PEER, 443, port);
    }

    @AfterEach
    void stop() {
        proxy.close();
        vertx.close();
    }

    private CompletableFuture<ProxyResponse> get(Duration deadline) {
        return CompletableFuture.supplyAsync(
                () -> proxy.call("GET").to(Harness.PEER, 443).within(deadline).send());
    }

    private HttpServerRequest arrived() throws InterruptedException {
        HttpServerRequest request = unanswered.poll(30, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no request arrived");
        }
        return request;
    }

    @Test
    void aTimeoutEndsOneExchangeOnly() throws Exception {
        CompletableFuture<ProxyResponse> first = get(Duration.ofSeconds(60));
        HttpServerRequest ofFirst = arrived();
        CompletableFuture<ProxyResponse> second = get(Duration.ofMillis(300));
        arrived();
        assertEquals("Timeout", outcome(second.get(60, TimeUnit.SECONDS)));
        assertEquals(1, connections.get(), "both were on one connection");

        ofFirst.response().end("late");

        ProxyResponse answer = first.get(60, TimeUnit.SECONDS);
        assertEquals("200", outcome(answer));
        assertEquals("late", Harness.text(answer));

        CompletableFuture<ProxyResponse> third = get(Duration.ofSeconds(60));
        arrived().response().end();
        assertEquals("200", outcome(third.get(60, TimeUnit.SECONDS)));
        assertEquals(2, connections.get(), "a connection that let a request down is not used again");
    }

    @Test
    void aConnectionInUseIsNotIdle() throws Exception {
        CompletableFuture<ProxyResponse> lasting = get(Duration.ofSeconds(60));
        HttpServerRequest ofLasting = arrived();
        proxy.clock().pass(Duration.ofSeconds(40));

        CompletableFuture<ProxyResponse> second = get(Duration.ofSeconds(60));
        arrived().response().end();
        assertEquals("200", outcome(second.get(60, TimeUnit.SECONDS)));

        assertEquals(1, connections.get());
        ofLasting.response().end();
        assertEquals("200", outcome(lasting.get(60, TimeUnit.SECONDS)));
    }
}
