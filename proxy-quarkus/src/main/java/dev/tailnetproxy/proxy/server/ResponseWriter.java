package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerResponse;
import java.nio.channels.ClosedChannelException;

/** From a response to the caller's connection, at the speed at which the caller reads. */
final class ResponseWriter {

    private ResponseWriter() {}

    /**
     * Writes the response.
     *
     * @param clientGone is completed when the caller's connection breaks meanwhile
     * @return done when the response is written. Fails when it could not be written whole; the connection is closed then,
     *     as nothing else tells the caller that a response is cut short (RFC 9112 section 8)
     */
    static Future<Void> write(ProxyResponse response, HttpServerResponse out, Promise<Void> clientGone) {
        out.setStatusCode(response.status());
        for (HeaderField field : response.headers()) {
            out.headers().add(field.name(), field.value());
        }
        return response.body().fold(out::end, out::end, body -> stream(body, out, clientGone));
    }

    private static Future<Void> stream(Body.Streamed body, HttpServerResponse out, Promise<Void> clientGone) {
        // One framing, whatever the target's fields look like.
        if (body.length().isPresent()) {
            out.headers().set("content-length", Long.toString(body.length().getAsLong()));
        } else {
            out.headers().remove("content-length");
            out.setChunked(true);
        }
        return failIfStreamCloses(body.stream().pipe().endOnFailure(false).to(out), out, clientGone)
                .onFailure(broken -> {
                    if (!(broken instanceof ProxyFailure)) {
                        clientGone.tryComplete();
                    }
                    body.cancel().run();
                    out.reset(Http2Error.INTERNAL_ERROR.code());
                });
    }

    /** Whoever writes to a stream of HTTP/2 is not told that the proxy itself has reset it. */
    private static Future<Void> failIfStreamCloses(
            Future<Void> written, HttpServerResponse out, Promise<Void> clientGone) {
        if (out.streamId() < 0) {
            return written;
        }
        Promise<Void> result = Promise.promise();
        written.onSuccess(result::tryComplete).onFailure(result::tryFail);
        clientGone.future().onSuccess(gone -> result.tryFail(new ClosedChannelException()));
        return result.future();
    }
}
