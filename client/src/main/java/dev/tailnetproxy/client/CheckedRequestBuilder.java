package dev.tailnetproxy.client;

import dev.tailnetproxy.client.signing.ProxyHeaders;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.time.Duration;

/** The JDK's builder, with a sentence that helps for each header that it does not take. */
final class CheckedRequestBuilder implements HttpRequest.Builder {

    private final HttpRequest.Builder jdk;

    CheckedRequestBuilder(HttpRequest.Builder jdk) {
        this.jdk = jdk;
    }

    @Override
    public HttpRequest.Builder header(String name, String value) {
        ProxyHeaders.check(name, value);
        jdk.header(name, value);
        return this;
    }

    @Override
    public HttpRequest.Builder headers(String... namesAndValues) {
        for (int i = 0; i + 1 < namesAndValues.length; i += 2) {
            ProxyHeaders.check(namesAndValues[i], namesAndValues[i + 1]);
        }
        jdk.headers(namesAndValues);
        return this;
    }

    @Override
    public HttpRequest.Builder setHeader(String name, String value) {
        ProxyHeaders.check(name, value);
        jdk.setHeader(name, value);
        return this;
    }

    @Override
    public HttpRequest.Builder uri(URI uri) {
        jdk.uri(uri);
        return this;
    }

    @Override
    public HttpRequest.Builder expectContinue(boolean enable) {
        jdk.expectContinue(enable);
        return this;
    }

    @Override
    public HttpRequest.Builder version(HttpClient.Version version) {
        jdk.version(version);
        return this;
    }

    @Override
    public HttpRequest.Builder timeout(Duration duration) {
        jdk.timeout(duration);
        return this;
    }

    @Override
    public HttpRequest.Builder GET() {
        jdk.GET();
        return this;
    }

    @Override
    public HttpRequest.Builder POST(BodyPublisher body) {
        jdk.POST(body);
        return this;
    }

    @Override
    public HttpRequest.Builder PUT(BodyPublisher body) {
        jdk.PUT(body);
        return this;
    }

    @Override
    public HttpRequest.Builder DELETE() {
        jdk.DELETE();
        return this;
    }

    @Override
    public HttpRequest.Builder method(String method, BodyPublisher body) {
        jdk.method(method, body);
        return this;
    }

    @Override
    public HttpRequest build() {
        return jdk.build();
    }

    @Override
    public HttpRequest.Builder copy() {
        return new CheckedRequestBuilder(jdk.copy());
    }
}
