package dev.tailnetproxy.proxy.equivalence;

import dev.tailnetproxy.proxy.support.RawHttp2Client;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import dev.tailnetproxy.testkit.HeaderSection;
import dev.tailnetproxy.testkit.HttpMessage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A client of HTTP/2 at the proxy's HTTP port. */
final class Http2Way implements Way {

    /** They don't exist in HTTP/2 (RFC 9113 section 8.2.2), so that no client can send them. */
    private static final Set<String> CONNECTION_SPECIFIC =
            Set.of("connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade");

    private final HttpClient client;

    Http2Way(Vertx vertx, int proxyPort) {
        client = vertx.createHttpClient(
                RawHttp2Client.options().setDefaultHost("127.0.0.1").setDefaultPort(proxyPort));
    }

    @Override
    public Observation send(HttpMessage message) {
        HeaderSection headerSection = message.headerSection();
        HttpClientRequest request = TestServer.await(
                client.request(HttpMethod.valueOf(headerSection.method()), headerSection.requestTarget()));
        request.putHeader("ts-target-ip", TestProxy.PEER).putHeader("ts-target-port", "80");
        for (HeaderSection.Field field : headerSection.fields()) {
            if (!CONNECTION_SPECIFIC.contains(field.name().toLowerCase(Locale.ROOT))) {
                request.headers().add(field.name(), field.value());
            }
        }
        List<String> interim = new ArrayList<>();
        request.continueHandler(unused -> interim.add("100"));
        request.earlyHintsHandler(unused -> interim.add("103"));
        // Then no Content-Length is added, and over HTTP/2 there are no chunks.
        request.setChunked(headerSection.isChunked());
        // Asked for before it can have come.
        Future<Observation> observed = request.response()
                .compose(response -> response.body().map(body -> observation(response, body, interim)));
        boolean hasBody = message.body().length > 0;
        return TestServer.await(
                (hasBody ? request.end(Buffer.buffer(message.body())) : request.end()).compose(sent -> observed));
    }

    private static Observation observation(HttpClientResponse response, Buffer body, List<String> interim) {
        List<String> lines = new ArrayList<>();
        lines.add("HTTP/2 " + response.statusCode());
        response.headers().forEach((name, value) -> lines.add(name + ": " + value));
        List<String> trailers = new ArrayList<>();
        response.trailers().forEach((name, value) -> trailers.add(name + ": " + value));
        return Observation.ofResponse(
                new HttpMessage(new HeaderSection(lines), body.getBytes(), trailers), List.copyOf(interim));
    }
}
