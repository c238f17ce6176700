package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.HeaderField;
import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.List;

/** Writes requests to connections. */
final class RequestWriter {

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
        if (request.body() instanceof Body.Bytes bytes) {
            return out.end(bytes.buffer());
        }
        if (request.body() instanceof Body.Streamed streamed) {
            if (streamed.length().isPresent()) {
                headers.set("content-length", Long.toString(streamed.length().getAsLong()));
            } else {
                out.setChunked(true);
            }
            // The client may wait for the response to the header section before it sends more.
            out.sendHead();
            return streamed.stream().pipe().endOnFailure(false).to(out).onFailure(broken -> {
                // The pipe has taken the handler away, and without one the end would be logged as an error.
                out.exceptionHandler(e -> {});
                out.reset(Http2Error.CANCEL.code(), broken);
            });
        }
        // Servers tell "no content" from "unknown content" by this field (RFC 9110 section 8.6).
        if (List.of("POST", "PUT", "PATCH").contains(request.method())) {
            headers.set("content-length", "0");
        }
        return out.end();
    }
}
