package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.forwarding.ProxyService;
import dev.tailnetproxy.proxy.forwarding.RequestBodies;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.limits.Reservation;
import dev.tailnetproxy.proxy.time.Deadline;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Clock;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/** The requests of one port, from their arrival to the end of their responses. Used on all event loops. */
final class RequestServing {

    private static final Logger LOG = Logger.getLogger(RequestServing.class);

    /** Responses in memory, for callers that know neither chunks nor lasting connections. */
    private static final long MAX_BUFFERED_BYTES = 8L * 1024 * 1024;

    private final ProxyService proxy;
    private final AccessControl access;
    private final Shared shared;

    RequestServing(ProxyService proxy, AccessControl access, Shared shared) {
        this.proxy = proxy;
        this.access = access;
        this.shared = shared;
    }

    /**
     * What the ports of one server have in common.
     *
     * @param requestTimeout longest time for one request
     * @param inFlight requests under way
     * @param upgrades connections that speak another protocol
     * @param draining whether the server is stopping
     */
    record Shared(
            Duration requestTimeout,
            InFlightRequests inFlight,
            Upgrades upgrades,
            BooleanSupplier draining,
            Vertx vertx,
            Clock clock) {}

    void serve(HttpServerRequest request) {
        ClientConnection connection = ClientConnection.of(request);
        if (connection.isClosing()) {
            return;
        }
        Context context = shared.vertx().getOrCreateContext();
        Promise<Void> clientGone = Promise.promise();
        request.response().closeHandler(closed -> {
            // A stream closes behind each response.
            if (!ClientConnection.hasStreams(request) || !request.response().ended()) {
                clientGone.tryComplete();
            }
        });
        connection.requestStarted(request, clientGone::tryComplete);
        if (!connection.isOpen(request)) {
            // It waited behind another request, and nobody is told of an end that has been before.
            clientGone.tryComplete();
        }
        shared.inFlight().started();
        Reservation memory = proxy.reservation();
        respond(request, memory, clientGone.future())
                .onComplete(response -> context.runOnContext(
                        go -> respond(request, clientGone, response).onComplete(written -> {
                            memory.close();
                            connection.responseCompleted(request, written.succeeded());
                            shared.inFlight().ended();
                        })));
    }

    private Future<ProxyResponse> respond(HttpServerRequest request, Reservation memory, Future<Void> clientGone) {
        ProxyRequest read;
        try {
            access.authenticate(request);
            if (ClientConnection.hasStreams(request)) {
                HeaderSections.count(request.headers(), memory);
            }
            read = RequestReader.read(request, Deadline.in(shared.requestTimeout(), shared.clock()), memory);
            if (shared.draining().getAsBoolean() && read.upgrade().isPresent()) {
                throw new ProxyFailure(ErrorName.OVERLOADED, "the proxy stops, and switches to no other protocol");
            }
        } catch (ProxyFailure e) {
            return Future.failedFuture(e);
        }
        ClientConnection connection = ClientConnection.of(request);
        if (RequestBodies.isReadFirst(read.body())) {
            request.end().onSuccess(ended -> connection.requestRead(request));
        } else {
            connection.requestRead(request);
        }
        return request.version() == HttpVersion.HTTP_1_0
                ? proxy.handleBuffered(read, headers -> MAX_BUFFERED_BYTES, memory, clientGone)
                : proxy.handle(read, memory, clientGone);
    }

    private Future<Void> respond(
            HttpServerRequest request, Promise<Void> clientGone, AsyncResult<ProxyResponse> result) {
        if (result.failed()) {
            return refuse(request, (ProxyFailure) result.cause());
        }
        ClientConnection connection = ClientConnection.of(request);
        ProxyResponse response = result.result();
        if (connection.isBodyInvalid()) {
            response.abandon();
            return refuse(request, new ProxyFailure(ErrorName.INVALID_HEADER, "the request's body is not valid HTTP"));
        }
        return response.tunnel()
                .map(tunnel -> shared.upgrades().begin(request, response, tunnel))
                .orElseGet(() -> write(request, response, clientGone, false));
    }

    /** What is no HTTP at all; nothing more is read from the connection. */
    void rejectMalformed(HttpServerRequest request) {
        if (ClientConnection.of(request).isClosing()) {
            return;
        }
        Throwable cause = request.decoderResult().cause();
        if (cause instanceof ProxyFailure failure) {
            refuse(request, failure);
            return;
        }
        ErrorName name =
                cause instanceof TooLongHttpLineException ? ErrorName.INVALID_TARGET : ErrorName.INVALID_HEADER;
        refuse(
                request,
                new ProxyFailure(name, "the request is not valid HTTP or its header section is too long", cause));
    }

    private Future<Void> refuse(HttpServerRequest request, ProxyFailure failure) {
        return write(
                request, proxy.rejectMalformed("-", RequestReader.caller(request), failure), Promise.promise(), true);
    }

    private Future<Void> write(
            HttpServerRequest request, ProxyResponse response, Promise<Void> clientGone, boolean refused) {
        ClientConnection connection = ClientConnection.of(request);
        boolean last = shared.draining().getAsBoolean() || connection.isLastResponse(request, refused);
        if (last) {
            connection.closeAfterResponse(request);
        }
        try {
            return ResponseWriter.write(response, request.response(), clientGone)
                    .onSuccess(whole -> connection.responseWritten(request, last));
        } catch (RuntimeException e) {
            LOG.error("BUG: a response that can't be written", e);
            response.body().abandon();
            connection.abort(request);
            return Future.failedFuture(e);
        }
    }
}
