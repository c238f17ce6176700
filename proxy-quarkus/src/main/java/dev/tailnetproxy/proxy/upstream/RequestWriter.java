package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.HeaderField;
import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.Set;

/** Writes requests to connections. */
final class RequestWriter {

    private static final Set<String> METHODS_WITH_CONTENT = Set.of("POST", "PUT", "PATCH");

    private RequestWriter() {}

    /** Sends the request; done when all of it is sent. */
    static Future<Void> write(UpstreamRequest request, HttpClientRequest out) {
        MultiMap headers = out.headers();
        for (HeaderField field : request.headers()) {
            if (field.is("host") && out.version() == HttpVersion.HTTP_2) {
                // HTTP/2 carries it as a pseudo header (RFC 9113 section 8.3.1).
                out.authority(HostAndPort.parseAuthority(field.value(), -1));
            } else {
                headers.add(field.name(), field.value());
            }
        }
        request.upgrade().ifPresent(offer -> {
            headers.add("connection", "upgrade");
            headers.add("upgrade", offer.fieldValue());
        });
        return request.body().fold(() -> endWithoutBody(request.method(), out), out::end, body -> stream(body, out));
    }

    private static Future<Void> endWithoutBody(String method, HttpClientRequest out) {
        // Servers tell "no content" from "unknown content" by this field (RFC 9110 section 8.6).
        if (METHODS_WITH_CONTENT.contains(method)) {
            out.headers().set("content-length", "0");
        }
        return out.end();
    }

    private static Future<Void> stream(Body.Streamed body, HttpClientRequest out) {
        if (body.length().isPresent()) {
            out.headers().set("content-length", Long.toString(body.length().getAsLong()));
        } else {
            out.setChunked(true);
        }
        // The client may wait for the response to the header section before it sends more.
        out.sendHead();
        return body.stream().pipe().endOnFailure(false).to(out).onFailure(broken -> {
            // The pipe has taken the handler away, and without one the end would be logged as an error.
            out.exceptionHandler(e -> {});
            out.reset(Http2Error.CANCEL.code(), broken);
        });
    }
}
