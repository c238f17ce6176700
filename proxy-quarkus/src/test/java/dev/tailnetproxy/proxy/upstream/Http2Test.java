package dev.tailnetproxy.proxy.upstream;

import static dev.tailnetproxy.proxy.support.TestProxy.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.TestCertificates;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.net.PfxOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several exchanges on one connection of HTTP/2: what ends one does not end the others. */
class Http2Test {

    private static final int EXCHANGES = 8;

    private static Path certificate;

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<HttpServerRequest> pendingResponses = new LinkedBlockingQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private TestProxy proxy;

    @BeforeAll
    static void certify(@TempDir Path dir) {
        certificate = new TestCertificates(dir).issue("target", "web.tailnet.test", "-1d");
    }

    @BeforeEach
    void start() {
        start(true);
    }

    private void restartWithoutAlpn() {
        proxy.close();
        start(false);
    }

    private void start(boolean alpn) {
        HttpServerOptions options = new HttpServerOptions()
                .setSsl(true)
                .setUseAlpn(alpn)
                .setKeyCertOptions(
                        new PfxOptions().setPath(certificate.toString()).setPassword(TestCertificates.PASSWORD));
        int port = TestServer.await(vertx.createHttpServer(options)
                        .connectionHandler(connection -> connections.incrementAndGet())
                        .requestHandler(pendingResponses::add)
                        .listen(0, "127.0.0.1"))
                .actualPort();
        proxy = TestProxy.options().insecure(TestProxy.PEER + ":443").start();
        proxy.socks().route(TestProxy.PEER, 443, port);
    }

    @AfterEach
    void stop() {
        proxy.close();
        vertx.close();
    }

    private CompletableFuture<ProxyResponse> get(Duration deadline) {
        return CompletableFuture.supplyAsync(
                () -> proxy.call("GET").to(TestProxy.PEER, 443).within(deadline).send());
    }

    private HttpServerRequest arrived() throws InterruptedException {
        HttpServerRequest request = pendingResponses.poll(30, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no request arrived");
        }
        return request;
    }

    @Test
    void timeoutEndsOneStream() throws Exception {
        CompletableFuture<ProxyResponse> first = get(Duration.ofSeconds(60));
        HttpServerRequest ofFirst = arrived();
        CompletableFuture<ProxyResponse> second = get(Duration.ofMillis(300));
        CompletableFuture<Throwable> endOfSecond = new CompletableFuture<>();
        arrived().response().exceptionHandler(endOfSecond::complete);
        assertThat(outcome(second.get(60, TimeUnit.SECONDS))).isEqualTo("Timeout");
        assertThat(connections.get()).as("both were on one connection").isOne();
        StreamResetException reset = assertThat(endOfSecond.get(10, TimeUnit.SECONDS))
                .asInstanceOf(type(StreamResetException.class))
                .actual();
        assertThat(reset.getCode()).isEqualTo(Http2Error.CANCEL.code());

        ofFirst.response().end("late");

        ProxyResponse response = first.get(60, TimeUnit.SECONDS);
        assertThat(outcome(response)).isEqualTo("200");
        assertThat(TestProxy.text(response)).isEqualTo("late");

        CompletableFuture<ProxyResponse> third = get(Duration.ofSeconds(60));
        arrived().response().end();
        assertThat(outcome(third.get(60, TimeUnit.SECONDS))).isEqualTo("200");
        assertThat(connections.get())
                .as("a connection that let a request down is not used again")
                .isEqualTo(2);
    }

    @Test
    void unreadResponseDoesNotBlockOthers() throws Exception {
        CompletableFuture<ProxyResponse> unread = CompletableFuture.supplyAsync(
                () -> proxy.call("GET").to(TestProxy.PEER, 443).open());
        arrived().response().end(Buffer.buffer(new byte[1024 * 1024]));
        assertThat(outcome(unread.get(60, TimeUnit.SECONDS))).isEqualTo("200");

        CompletableFuture<ProxyResponse> other = get(Duration.ofSeconds(60));
        arrived().response().end("small");

        assertThat(TestProxy.text(other.get(60, TimeUnit.SECONDS))).isEqualTo("small");
        assertThat(connections.get()).as("both were on one connection").isOne();
    }

    /** Which version a target speaks is known only after the handshake. */
    @Test
    void http1TargetGetsOneConnectionPerExchange() throws Exception {
        restartWithoutAlpn();
        List<CompletableFuture<ProxyResponse>> responses = new ArrayList<>();
        List<HttpServerRequest> requests = new ArrayList<>();
        for (int i = 0; i < EXCHANGES; i++) {
            responses.add(get(Duration.ofSeconds(60)));
        }
        for (int i = 0; i < EXCHANGES; i++) {
            requests.add(arrived());
        }
        requests.forEach(request -> request.response().end());

        for (CompletableFuture<ProxyResponse> response : responses) {
            assertThat(outcome(response.get(60, TimeUnit.SECONDS))).isEqualTo("200");
        }
        assertThat(connections.get()).isEqualTo(EXCHANGES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"100", "102", "103", "104", "199", "103 102 100 150"})
    void interimResponsesAreDropped(String statuses) throws Exception {
        CompletableFuture<ProxyResponse> response = get(Duration.ofSeconds(60));
        HttpServerRequest request = arrived();
        for (String status : statuses.split(" ", -1)) {
            send(request, interim(status), false);
        }
        request.response().setStatusCode(404).putHeader("x-final", "1").end("final");

        ProxyResponse last = response.get(60, TimeUnit.SECONDS);
        assertThat(outcome(last)).isEqualTo("404");
        assertThat(last.headers().all("x-final")).isEqualTo(List.of("1"));
        assertThat(last.headers().all("x-interim")).isEmpty();
        assertThat(TestProxy.text(last)).isEqualTo("final");
    }

    /** 101 is none (RFC 9113 section 8.6), and behind the end of a response there is no final one. */
    @ParameterizedTest
    @CsvSource({"101, false", "102, true", "100, true", "abc, false", "99, false", "0200, false", "'', false"})
    void invalidInterimResponseIsRejected(String status, boolean end) throws Exception {
        CompletableFuture<ProxyResponse> lasting = get(Duration.ofSeconds(60));
        HttpServerRequest ofLasting = arrived();
        CompletableFuture<ProxyResponse> response = get(Duration.ofSeconds(10));
        send(arrived(), interim(status), end);

        assertThat(outcome(response.get(60, TimeUnit.SECONDS))).isEqualTo("InvalidResponse");

        ofLasting.response().end();
        assertThat(outcome(lasting.get(60, TimeUnit.SECONDS)))
                .as("another exchange on the connection")
                .isEqualTo("200");
    }

    @ParameterizedTest
    @CsvSource({"60000, 200", "70000, InvalidResponse", "1000000, InvalidResponse"})
    void headerSectionLimitMatchesHttp11(int bytes, String outcome) throws Exception {
        CompletableFuture<ProxyResponse> response = get(Duration.ofSeconds(10));
        HttpServerRequest request = arrived();
        send(request, new DefaultHttp2Headers().status("200").add("x", "x".repeat(bytes)), true);

        assertThat(outcome(response.get(60, TimeUnit.SECONDS))).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({
        "transfer-encoding, chunked",
        "transfer-encoding, gzip",
        "transfer-encoding, 'gzip, chunked'",
        "content-length, '1, 2'",
        "content-length, +0",
        "content-length, 0x0"
    })
    void http1FramingIsRejected(String field, String value) throws Exception {
        CompletableFuture<ProxyResponse> response = get(Duration.ofSeconds(10));
        send(arrived(), new DefaultHttp2Headers(false).status("200").add(field, value), true);

        assertThat(outcome(response.get(60, TimeUnit.SECONDS))).isEqualTo("InvalidResponse");
    }

    /** It would leave a client of HTTP/1.1 waiting for the rest, which is then a piece of the next response. */
    @Test
    void shortBodyIsIncomplete() throws Exception {
        CompletableFuture<ProxyResponse> response = get(Duration.ofSeconds(10));
        send(arrived(), new DefaultHttp2Headers().status("200").add("content-length", "5"), true);

        assertThat(outcome(response.get(60, TimeUnit.SECONDS))).isEqualTo("InvalidResponse");
    }

    @Test
    void headResponseMayHaveLength() throws Exception {
        CompletableFuture<ProxyResponse> response = CompletableFuture.supplyAsync(
                () -> proxy.call("HEAD").to(TestProxy.PEER, 443).send());
        send(arrived(), new DefaultHttp2Headers().status("200").add("content-length", "5"), true);

        assertThat(outcome(response.get(60, TimeUnit.SECONDS))).isEqualTo("200");
    }

    @Test
    void trailersAreDropped() throws Exception {
        CompletableFuture<ProxyResponse> response = get(Duration.ofSeconds(60));
        HttpServerRequest request = arrived();
        request.response().putTrailer("x-trailer", "1").end("body");

        assertThat(TestProxy.text(response.get(60, TimeUnit.SECONDS))).isEqualTo("body");
    }

    private static Http2Headers interim(String status) {
        return new DefaultHttp2Headers(false).status(status).add("x-interim", "1");
    }

    /** Vert.x's server sends neither what it does not know nor more than it is asked to. */
    private static void send(HttpServerRequest request, Http2Headers headers, boolean end) throws Exception {
        Channel channel = ((ConnectionBase) request.connection()).channel();
        Http2ConnectionHandler codec = channel.pipeline().get(Http2ConnectionHandler.class);
        ChannelHandlerContext context = channel.pipeline().context(codec);
        Callable<Boolean> frame = () -> {
            codec.encoder().configuration().headersConfiguration().maxHeaderListSize(Integer.MAX_VALUE);
            int stream = request.response().streamId();
            var unused = codec.encoder().writeHeaders(context, stream, headers, 0, end, context.newPromise());
            context.flush();
            return true;
        };
        channel.eventLoop().submit(frame).get(30, TimeUnit.SECONDS);
    }

    @Test
    void busyConnectionIsNotIdle() throws Exception {
        CompletableFuture<ProxyResponse> lasting = get(Duration.ofSeconds(60));
        HttpServerRequest ofLasting = arrived();
        proxy.clock().pass(Duration.ofSeconds(40));

        CompletableFuture<ProxyResponse> second = get(Duration.ofSeconds(60));
        arrived().response().end();
        assertThat(outcome(second.get(60, TimeUnit.SECONDS))).isEqualTo("200");

        assertThat(connections.get()).isOne();
        ofLasting.response().end();
        assertThat(outcome(lasting.get(60, TimeUnit.SECONDS))).isEqualTo("200");
    }
}
