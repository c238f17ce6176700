package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.proxy.failure.ProxyFailure;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Who may send requests to the HTTP port, as its files say now. */
final class AccessControl {

    private static final Logger LOG = Logger.getLogger(AccessControl.class);

    private static final long LOOK_EVERY_MS = 1000;

    private final Optional<Reloaded<PemFiles>> tls;
    private final Optional<Reloaded<BearerTokens>> tokens;

    /** @throws IllegalArgumentException when a file can't be used */
    AccessControl(Access access) {
        tls = access.tls().map(files -> new Reloaded<>("the TLS of the HTTP port", () -> PemFiles.read(files)));
        tokens = access.tokens()
                .map(file -> new Reloaded<>("the token file of the HTTP port", () -> BearerTokens.read(file)));
    }

    /** Gives a server the TLS that it begins with. */
    void configure(HttpServerOptions options) {
        tls.map(Reloaded::get).ifPresent(pem -> pem.configure(options));
    }

    /** Looks at the files from now on, and gives what is new to the server for its next connections. */
    void watch(Vertx vertx, HttpServer server) {
        if (tls.isPresent() || tokens.isPresent()) {
            vertx.setPeriodic(
                    LOOK_EVERY_MS, id -> vertx.executeBlocking(this::look).onSuccess(changed -> {
                        if (changed) {
                            update(server);
                        }
                    }));
        }
    }

    private boolean look() {
        tokens.ifPresent(Reloaded::refresh);
        return tls.map(Reloaded::refresh).orElse(false);
    }

    private void update(HttpServer server) {
        tls.map(Reloaded::get).ifPresent(pem -> server.updateSSLOptions(pem.options())
                .onFailure(e -> LOG.error("the new TLS of the HTTP port is not used: " + e.getMessage())));
    }

    /**
     * Checks that a request may be served, and takes away what it showed: a token is for the proxy alone.
     *
     * @throws ProxyFailure {@code Unauthorized}
     */
    void admit(HttpServerRequest request) {
        if (tokens.isPresent()) {
            tokens.get().get().check(request.headers().getAll("authorization"));
            request.headers().remove("authorization");
        }
    }
}
