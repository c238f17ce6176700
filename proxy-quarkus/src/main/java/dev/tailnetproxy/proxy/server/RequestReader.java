package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.proxy.failure.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/** From a request on a connection to the request value. */
final class RequestReader {

    /** A body of up to this many bytes is read first: in memory it can be sent again. */
    private static final long MAX_BYTES_IN_MEMORY = 64 * 1024;

    private RequestReader() {}

    /**
     * The request.
     *
     * @param deadline wall-clock milliseconds after which no answer is of use
     * @return done when a short body has been read; of a longer one nothing was read. Fails when the connection breaks
     * @throws ProxyFailure {@code InvalidHeader} when its transfer coding is another than chunked: where such a body
     *     ends is not known (RFC 9112 section 6.1)
     */
    static Future<ProxyRequest> read(HttpServerRequest request, long deadline) {
        Headers headers = headers(request);
        List<String> codings = headers.all("transfer-encoding");
        boolean chunked = codings.size() == 1
                && codings.get(0).equalsIgnoreCase("chunked")
                && request.version() != HttpVersion.HTTP_1_0;
        if (!codings.isEmpty() && !chunked) {
            throw new ProxyFailure(
                    ErrorName.INVALID_HEADER, "the transfer-encoding is another than the chunked of HTTP/1.1");
        }
        OptionalLong length = contentLength(headers);
        if (length.isPresent() && length.getAsLong() <= MAX_BYTES_IN_MEMORY && !headers.contains("transfer-encoding")) {
            return request.body().map(body -> request(request, headers, Body.of(body), deadline));
        }
        if (length.isEmpty() && !headers.contains("transfer-encoding")) {
            return Future.succeededFuture(request(request, headers, Body.empty(), deadline));
        }
        Body body = new Body.Streamed(
                request.pause(), length, () -> request.connection().close());
        return Future.succeededFuture(request(request, headers, body, deadline));
    }

    private static ProxyRequest request(HttpServerRequest request, Headers headers, Body body, long deadline) {
        String uri = request.uri();
        int mark = uri.indexOf('?');
        String path = mark < 0 ? uri : uri.substring(0, mark);
        String query = mark < 0 || mark + 1 == uri.length() ? null : uri.substring(mark + 1);
        return new ProxyRequest(request.method().name(), path, query, headers, body, newId(), deadline);
    }

    private static Headers headers(HttpServerRequest request) {
        List<HeaderField> fields = new ArrayList<>(request.headers().size());
        for (Map.Entry<String, String> field : request.headers()) {
            fields.add(new HeaderField(field.getKey(), field.getValue()));
        }
        return Headers.of(fields);
    }

    /** What is not a number is refused later, with a name. */
    private static OptionalLong contentLength(Headers headers) {
        return headers.first("content-length")
                .filter(value -> value.matches("[0-9]{1,18}"))
                .map(value -> OptionalLong.of(Long.parseLong(value)))
                .orElse(OptionalLong.empty());
    }

    private static String newId() {
        return Long.toHexString(ThreadLocalRandom.current().nextLong());
    }
}
