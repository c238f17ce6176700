package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;

/** From an answer to the caller's connection, at the speed at which the caller reads. */
final class AnswerWriter {

    private AnswerWriter() {}

    /**
     * Writes the answer.
     *
     * @param lastOnConnection whether the caller should open another connection for its next request
     * @return done when the answer is written. Fails when it could not be written whole; the connection is closed then,
     *     as nothing else tells the caller that an answer is cut short (RFC 9112 section 8)
     */
    static Future<Void> write(ProxyResponse response, HttpServerResponse out, boolean lastOnConnection) {
        out.setStatusCode(response.status());
        for (HeaderField field : response.headers()) {
            out.headers().add(field.name(), field.value());
        }
        if (lastOnConnection) {
            out.headers().set("connection", "close");
        }
        if (response.body() instanceof Body.Streamed streamed) {
            if (streamed.length().isEmpty()) {
                out.setChunked(true);
            }
            return streamed.stream().pipe().endOnFailure(false).to(out).onFailure(broken -> {
                streamed.cancel().run();
                out.reset();
            });
        }
        if (response.body() instanceof Body.Bytes bytes) {
            return out.end(bytes.buffer());
        }
        return out.end();
    }
}
