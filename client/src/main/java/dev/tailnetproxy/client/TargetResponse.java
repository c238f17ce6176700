package dev.tailnetproxy.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** The target's response to the application's request, not to the signed one that was sent in its place. */
record TargetResponse<T>(HttpRequest request, HttpResponse<?> received, HttpHeaders headers, @Nullable T body)
        implements HttpResponse<T> {

    /** The response with the target's names of its header fields. */
    TargetResponse(HttpRequest request, HttpResponse<?> received, @Nullable T body) {
        this(request, received, RemappedHeaders.restored(received.headers()), body);
    }

    @Override
    public int statusCode() {
        return received.statusCode();
    }

    /** Redirects are not followed, so there never is one. */
    @Override
    public Optional<HttpResponse<T>> previousResponse() {
        return Optional.empty();
    }

    @Override
    public Optional<SSLSession> sslSession() {
        return received.sslSession();
    }

    @Override
    public URI uri() {
        return request.uri();
    }

    @Override
    public HttpClient.Version version() {
        return received.version();
    }

    @Override
    public String toString() {
        return request.method() + " " + request.uri() + " " + statusCode();
    }
}
