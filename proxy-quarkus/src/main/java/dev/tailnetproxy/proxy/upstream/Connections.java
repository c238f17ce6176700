package dev.tailnetproxy.proxy.upstream;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The pooled connections, with their age by the wall clock. Timers and the monotonic clock stand still while a Lambda
 * environment is frozen, so that a pool which trusts them hands out connections that have been dead for an hour.
 */
final class Connections implements AutoCloseable {

    /** Kept by the connection itself: it ends with it, and two exchanges that begin at once see the same. */
    private static final AttributeKey<ConnectionUse> USE = AttributeKey.valueOf(ConnectionUse.class.getName());

    private static final int CONNECTION_WINDOW_BYTES = 16 * 1024 * 1024;

    /**
     * What a client of Vert.x is made for; it can't be said for each request.
     *
     * @param tls whether to speak TLS
     * @param verified whether certificates are checked
     * @param sni whether the server's name is sent, also when it is a single label
     */
    private record ClientKind(boolean tls, boolean verified, boolean sni) {

        static ClientKind of(Endpoint endpoint) {
            return endpoint.https()
                    ? new ClientKind(true, endpoint.verified(), !endpoint.isVerifiedByAddress())
                    : new ClientKind(false, false, false);
        }
    }

    private final Clock clock;
    private final long idleMillis;
    private final Vertx vertx;
    private final UpstreamSettings settings;
    private final Map<ClientKind, HttpClient> clients = new ConcurrentHashMap<>();
    private final KeptConnections kept = new KeptConnections();

    Connections(Vertx vertx, UpstreamSettings settings, Clock clock) {
        this.clock = clock;
        this.idleMillis = settings.idleTimeout().toMillis();
        this.vertx = vertx;
        this.settings = settings;
    }

    private HttpClient client(Endpoint endpoint) {
        return clients.computeIfAbsent(
                ClientKind.of(endpoint), kind -> vertx.createHttpClient(options(kind, settings)));
    }

    private static HttpClientOptions options(ClientKind kind, UpstreamSettings settings) {
        HttpClientOptions options = options(settings);
        if (!kind.tls()) {
            return options.setProtocolVersion(HttpVersion.HTTP_1_1);
        }
        // HTTP/2 where the target offers it, else HTTP/1.1.
        options.setSsl(true)
                .setUseAlpn(true)
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setForceSni(kind.sni());
        if (!kind.verified()) {
            return options.setTrustAll(true).setVerifyHost(false);
        }
        settings.caBundle().ifPresent(bundle -> options.setTrustOptions(TrustOptions.wrap(TrustStore.jdkAnd(bundle))));
        return options;
    }

    private static HttpClientOptions options(UpstreamSettings settings) {
        int connectMillis = Math.toIntExact(settings.connectTimeout().toMillis());
        int idleSeconds = Math.max(1, Math.toIntExact(settings.idleTimeout().toSeconds()));
        return new HttpClientOptions()
                .setProxyOptions(new ProxyOptions()
                        .setType(ProxyType.SOCKS5)
                        .setHost(settings.socksHost())
                        .setPort(settings.socksPort())
                        .setConnectTimeout(settings.connectTimeout()))
                .setConnectTimeout(connectMillis)
                .setKeepAlive(true)
                .setKeepAliveTimeout(idleSeconds)
                .setHttp2KeepAliveTimeout(idleSeconds)
                .setMaxPoolSize(settings.maxConnections())
                // Until a connection is there Vert.x takes every TLS target for one of HTTP/2, and by default it makes
                // only one connection to such: targets of HTTP/1.1 would get one exchange at a time.
                .setHttp2MaxPoolSize(settings.maxConnections())
                // The exchanges of a connection share this window: an answer that nobody reads must not use it up.
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
                .setMaxHeaderSize(settings.maxHeaderBytes())
                .setInitialSettings(new Http2Settings().setMaxHeaderListSize(settings.maxHeaderBytes()))
                .setPoolCleanerPeriod(Math.toIntExact(TimeUnit.SECONDS.toMillis(1)))
                .setDecompressionSupported(false);
    }

    /**
     * A request on a connection to the endpoint: a pooled one that is young enough, else a new one.
     *
     * @param maxIdleMillis how long the connection may have been idle; 0 asks for a new one
     */
    Future<Lease> lease(
            Endpoint endpoint, String method, String requestTarget, long timeoutMillis, long maxIdleMillis) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.valueOf(method))
                .setServer(SocketAddress.inetSocketAddress(endpoint.port(), endpoint.host()))
                .setHost(endpoint.https() ? endpoint.verifiedName() : endpoint.host())
                .setPort(endpoint.port())
                .setSsl(endpoint.https())
                .setURI(requestTarget)
                .setFollowRedirects(false)
                .setConnectTimeout(timeoutMillis);
        return client(endpoint).request(options).compose(request -> {
            ConnectionUse fresh = new ConnectionUse(clock, request.version() == HttpVersion.HTTP_2);
            Channel channel = ((ConnectionBase) request.connection()).channel();
            ConnectionUse known = channel.attr(USE).setIfAbsent(fresh);
            if (known == null) {
                kept.add(endpoint, fresh, channel);
                InterimResponses.dropFrom(request.connection());
                TargetCodec.install(request.connection(), fresh, settings.maxHeaderBytes());
                return Future.succeededFuture(lease(request, fresh, false));
            }
            if (!isFresh(known, maxIdleMillis)) {
                // Nobody waits for this request any more; without a handler its end would be logged as an error.
                request.exceptionHandler(e -> {});
                Lease.retire(request);
                return lease(endpoint, method, requestTarget, timeoutMillis, maxIdleMillis);
            }
            return Future.succeededFuture(lease(request, known, true));
        });
    }

    /** Whether a request to the endpoint would be sent on a connection that is there already. */
    boolean keeps(Endpoint endpoint, long maxIdleMillis) {
        return kept.any(endpoint, use -> use.takesMore() && isFresh(use, maxIdleMillis));
    }

    private boolean isFresh(ConnectionUse use, long maxIdleMillis) {
        return !use.isUnusable() && maxIdleMillis > 0 && use.idleMillis() <= Math.min(maxIdleMillis, idleMillis);
    }

    private Lease lease(HttpClientRequest request, ConnectionUse use, boolean reused) {
        return new Lease(request, use, reused, clock.millis());
    }

    @Override
    public void close() {
        clients.values().forEach(HttpClient::close);
    }
}
