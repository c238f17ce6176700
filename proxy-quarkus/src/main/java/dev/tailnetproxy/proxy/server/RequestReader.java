package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Caller;
import dev.tailnetproxy.proxy.http.Framing;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.http.UpgradeOffer;
import dev.tailnetproxy.proxy.limits.Reservation;
import dev.tailnetproxy.proxy.time.Deadline;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/** From a request on a connection to the request value. */
final class RequestReader {

    private RequestReader() {}

    /**
     * The request; its body is still arriving.
     *
     * @param deadline after which no response is of use
     * @param memory what the body is taken from as it arrives
     * @throws ProxyFailure {@code InvalidHeader} or {@code InvalidTarget} when another reader could take it for another
     *     request, or see its end at another byte
     */
    static ProxyRequest read(HttpServerRequest request, Deadline deadline, Reservation memory) {
        Headers headers = headers(request);
        boolean http10 = request.version() == HttpVersion.HTTP_1_0;
        boolean streams = ClientConnection.hasStreams(request);
        if (!http10 && !streams && request.version() != HttpVersion.HTTP_1_1) {
            throw new ProxyFailure(ErrorName.INVALID_HEADER, "the request is neither of HTTP/1.0 nor of HTTP/1.1");
        }
        Framing framing = framing(headers, !http10 && !streams);
        HostField.check(headers, !http10);
        RequestTarget target = RequestTarget.of(request);
        OptionalLong length = framing.length();
        if (length.isEmpty() && !(streams ? Http2ClientConnection.hasBody(request) : framing.chunked())) {
            return request(request, target, headers, Body.empty(), deadline);
        }
        Body body = new Body.Streamed(
                new RequestBodyStream(request, length, Objects.requireNonNull(Vertx.currentContext()), memory),
                length,
                () -> ClientConnection.of(request).abort(request));
        return request(request, target, headers, body, deadline);
    }

    /** The protocols that a request offers; HTTP/1.0 knows none, and HTTP/2 has no field for them. */
    static Optional<UpgradeOffer> upgradeOffer(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_1_1
                ? UpgradeOffer.of(request.headers()::getAll)
                : Optional.empty();
    }

    private static Framing framing(Headers headers, boolean supportsChunked) {
        try {
            return Framing.of(headers, supportsChunked);
        } catch (IllegalArgumentException e) {
            throw new ProxyFailure(ErrorName.INVALID_HEADER, String.valueOf(e.getMessage()), e);
        }
    }

    private static ProxyRequest request(
            HttpServerRequest request, RequestTarget target, Headers headers, Body body, Deadline deadline) {
        return ProxyRequest.of(request.method().name(), target.path(), target.query(), headers, body, newId(), deadline)
                .from(caller(request))
                .withUpgrade(upgradeOffer(request));
    }

    /** Whoever has the connection; what a field says of somebody behind it can be said by anybody. */
    static Caller caller(HttpServerRequest request) {
        SocketAddress address = request.remoteAddress();
        String host = address == null ? null : address.hostAddress();
        return host == null ? Caller.Unknown.INSTANCE : new Caller.Peer(host);
    }

    private static Headers headers(HttpServerRequest request) {
        // Their number is not asked for, as Vert.x collects all names in a tree to count them.
        List<HeaderField> fields = new ArrayList<>();
        for (Map.Entry<String, String> field : request.headers()) {
            fields.add(new HeaderField(field.getKey(), field.getValue()));
        }
        return Headers.of(fields);
    }

    private static String newId() {
        return Long.toHexString(ThreadLocalRandom.current().nextLong());
    }
}
