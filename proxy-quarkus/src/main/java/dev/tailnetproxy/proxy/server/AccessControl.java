package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.proxy.failure.ProxyFailure;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.util.Optional;

/** Who may send requests to the HTTP port, as its files say now. */
final class AccessControl {

    private static final long LOOK_EVERY_MS = 1000;

    private final Optional<Reloaded<PemFiles>> tls;
    private final Optional<Reloaded<BearerTokens>> tokens;

    /** @throws IllegalArgumentException when a file can't be used */
    AccessControl(Access access) {
        tls = access.tls().map(files -> new Reloaded<>("the TLS of the HTTP port", () -> PemFiles.read(files)));
        tokens = access.tokens()
                .map(file -> new Reloaded<>("the token file of the HTTP port", () -> BearerTokens.read(file)));
    }

    /** Gives a server the TLS that the files hold at each handshake. */
    void configure(HttpServerOptions options) {
        tls.ifPresent(served -> {
            boolean mutual = served.get().clientAuthority().isPresent();
            options.setSsl(true)
                    .setKeyCertOptions(KeyCertOptions.wrap(new CurrentKeys(served::get)))
                    .setClientAuth(mutual ? ClientAuth.REQUIRED : ClientAuth.NONE);
            if (mutual) {
                options.setTrustOptions(TrustOptions.wrap(new CurrentAuthorities(served::get)));
            }
        });
    }

    /** Looks at the files from now on. */
    void watch(Vertx vertx) {
        if (tls.isPresent() || tokens.isPresent()) {
            vertx.setPeriodic(LOOK_EVERY_MS, id -> vertx.executeBlocking(this::look));
        }
    }

    private boolean look() {
        boolean changed = tokens.map(Reloaded::refresh).orElse(false);
        return tls.map(Reloaded::refresh).orElse(false) || changed;
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
