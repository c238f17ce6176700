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

    private static final long REFRESH_INTERVAL_MS = 1000;

    private final Optional<ReloadableFiles<PemFiles>> tls;
    private final Optional<ReloadableFiles<BearerTokens>> tokens;

    /** @throws IllegalArgumentException when a file can't be used */
    AccessControl(Access access) {
        tls = access.tls().map(files -> new ReloadableFiles<>("the TLS of the HTTP port", () -> PemFiles.read(files)));
        tokens = access.tokens()
                .map(file -> new ReloadableFiles<>("the token file of the HTTP port", () -> BearerTokens.read(file)));
    }

    /** Gives a server the TLS that the files hold at each handshake. */
    void configure(HttpServerOptions options) {
        tls.ifPresent(served -> {
            boolean mutual = served.get().clientAuthority().isPresent();
            options.setSsl(true)
                    .setKeyCertOptions(KeyCertOptions.wrap(new ReloadingKeyManager(served::get)))
                    .setClientAuth(mutual ? ClientAuth.REQUIRED : ClientAuth.NONE);
            if (mutual) {
                options.setTrustOptions(TrustOptions.wrap(new ReloadingTrustManager(served::get)));
            }
        });
    }

    /** Looks at the files from now on. */
    void watch(Vertx vertx) {
        if (tls.isPresent() || tokens.isPresent()) {
            vertx.setPeriodic(REFRESH_INTERVAL_MS, id -> vertx.executeBlocking(this::refresh));
        }
    }

    private boolean refresh() {
        boolean changed = tokens.map(ReloadableFiles::refresh).orElse(false);
        return tls.map(ReloadableFiles::refresh).orElse(false) || changed;
    }

    /**
     * Checks that a request may be served, and takes away what it showed: a token is for the proxy alone.
     *
     * @throws ProxyFailure {@code Unauthorized}
     */
    void authenticate(HttpServerRequest request) {
        if (tokens.isPresent()) {
            tokens.get().get().check(request.headers().getAll("authorization"));
            request.headers().remove("authorization");
        }
    }
}
