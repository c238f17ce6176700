package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.proxy.support.Harness;
import dev.tailnetproxy.proxy.support.ListeningProxy;
import dev.tailnetproxy.proxy.support.RawHttp2;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;

/** Requests of a client that keeps to HTTP/2, on one connection. */
final class Http2Requesting {

    private Http2Requesting() {}

    static HttpClient client(Vertx vertx, ListeningProxy proxy) {
        return vertx.createHttpClient(RawHttp2.options()
                .setHttp2MaxPoolSize(1)
                .setDefaultHost("127.0.0.1")
                .setDefaultPort(proxy.server().port()));
    }

    static HttpClientRequest request(HttpClient client, HttpMethod method, String path) {
        return ListeningProxy.await(client.request(method, path))
                .putHeader("ts-target-ip", Harness.PEER)
                .putHeader("ts-target-port", "80");
    }

    static HttpClientResponse response(HttpClientRequest request) {
        return ListeningProxy.await(request.send());
    }

    /** Asked for before it can have come. */
    static String text(HttpClientRequest request) {
        return ListeningProxy.await(request.send().compose(HttpClientResponse::body))
                .toString();
    }
}
