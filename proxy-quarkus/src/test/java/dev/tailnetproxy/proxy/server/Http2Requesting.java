package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.proxy.support.RawHttp2Client;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;

/** Requests of a client that keeps to HTTP/2, on one connection. */
final class Http2Requesting {

    private Http2Requesting() {}

    static HttpClient client(Vertx vertx, TestServer proxy) {
        return vertx.createHttpClient(RawHttp2Client.options()
                .setHttp2MaxPoolSize(1)
                .setDefaultHost("127.0.0.1")
                .setDefaultPort(proxy.server().port()));
    }

    static HttpClientRequest request(HttpClient client, HttpMethod method, String path) {
        return TestServer.await(client.request(method, path))
                .putHeader("ts-target-ip", TestProxy.PEER)
                .putHeader("ts-target-port", "80");
    }

    static HttpClientResponse response(HttpClientRequest request) {
        return TestServer.await(request.send());
    }

    /** Asked for before it can have come. */
    static String text(HttpClientRequest request) {
        return TestServer.await(request.send().compose(HttpClientResponse::body))
                .toString();
    }
}
