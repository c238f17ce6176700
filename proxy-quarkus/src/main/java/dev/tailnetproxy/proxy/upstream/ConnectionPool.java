package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.proxy.limits.Limit;
import dev.tailnetproxy.proxy.limits.Limits;
import dev.tailnetproxy.proxy.time.Deadline;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.AttributeKey;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.impl.HttpClientConnection;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The pooled connections, with their age by the wall clock. Timers and the monotonic clock stand still while a Lambda
 * environment is frozen, so that a pool which trusts them hands out connections that have been dead for an hour.
 */
final class ConnectionPool implements AutoCloseable {

    /** Kept by the connection itself: it ends with it, and two exchanges that begin at once see the same. */
    private static final AttributeKey<ConnectionUsage> USE = AttributeKey.valueOf(ConnectionUsage.class.getName());

    private static final int CONNECTION_WINDOW_BYTES = 16 * 1024 * 1024;

    /**
     * What a client of Vert.x is made for; it can't be said for each request.
     *
     * @param tls whether to speak TLS
     * @param verified whether certificates are checked
     * @param sni whether the server's name is sent, also when it is a single label
     * @param http1 whether HTTP/2 is not offered
     */
    private record ClientKind(boolean tls, boolean verified, boolean sni, boolean http1) {

        ClientKind {
            if (!tls && (verified || sni || http1)) {
                throw new IllegalArgumentException("there is no certificate, name or choice of HTTP without TLS");
            }
        }

        static ClientKind of(Endpoint endpoint, boolean http1) {
            return endpoint.https()
                    ? new ClientKind(true, endpoint.verified(), !endpoint.isVerifiedByAddress(), http1)
                    : new ClientKind(false, false, false, false);
        }
    }

    private final Clock clock;
    private final Vertx vertx;
    private final UpstreamSettings settings;
    private final Limit allConnections;
    private final Map<ClientKind, HttpClient> clients = new ConcurrentHashMap<>();
    private final AtomicLong slots = new AtomicLong();
    private final SlotAllocator pool;
    private final DialQueue dials;

    ConnectionPool(Vertx vertx, UpstreamSettings settings, Limits limits, Clock clock) {
        this.clock = clock;
        this.vertx = vertx;
        this.settings = settings;
        this.allConnections = limits.targetConnections();
        this.pool = new SlotAllocator(vertx, limits, settings.maxConnections(), this::newKey);
        this.dials = new DialQueue(vertx, settings.dials());
    }

    /** A user name without a password is never sent; Vert.x keeps connections apart by it. */
    private ProxyOptions newKey() {
        return socks(settings).setUsername(Long.toString(slots.incrementAndGet()));
    }

    private static ProxyOptions socks(UpstreamSettings settings) {
        return new ProxyOptions()
                .setType(ProxyType.SOCKS5)
                .setHost(settings.socksHost())
                .setPort(settings.socksPort().number())
                .setConnectTimeout(settings.connectTimeout());
    }

    private HttpClient client(Endpoint endpoint, boolean http1) {
        return clients.computeIfAbsent(
                ClientKind.of(endpoint, http1), kind -> vertx.createHttpClient(options(kind, settings)));
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
        if (kind.http1()) {
            options.setProtocolVersion(HttpVersion.HTTP_1_1).setAlpnVersions(List.of(HttpVersion.HTTP_1_1));
        }
        if (!kind.verified()) {
            return options.setTrustAll(true).setVerifyHost(false);
        }
        settings.caBundle()
                .ifPresent(bundle -> options.setTrustOptions(TrustOptions.wrap(TrustStore.withJdkAuthorities(bundle))));
        return options;
    }

    private static HttpClientOptions options(UpstreamSettings settings) {
        int connectMillis = Math.toIntExact(settings.connectTimeout().toMillis());
        int idleSeconds = Math.max(1, Math.toIntExact(settings.idleTimeout().toSeconds()));
        return new HttpClientOptions()
                .setProxyOptions(socks(settings))
                .setConnectTimeout(connectMillis)
                .setKeepAlive(true)
                .setKeepAliveTimeout(idleSeconds)
                .setHttp2KeepAliveTimeout(idleSeconds)
                // Each slot of ours is a pool of Vert.x for one connection.
                .setMaxPoolSize(1)
                .setHttp2MaxPoolSize(1)
                // The exchanges of a connection share this window: a response that nobody reads must not use it up.
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
                .setMaxHeaderSize(settings.maxHeaderBytes())
                .setInitialSettings(new Http2Settings().setMaxHeaderListSize(settings.maxHeaderBytes()))
                .setPoolCleanerPeriod(Math.toIntExact(TimeUnit.SECONDS.toMillis(1)))
                .setDecompressionSupported(false);
    }

    /**
     * A place for an exchange with the endpoint, on a connection that is young enough or on none yet. Used on the request's
     * event loop.
     *
     * @param reuse which connections that are there already will do
     * @param cancelled ends the waiting for it
     */
    Future<SlotGrant> acquire(Endpoint endpoint, Deadline deadline, ConnectionReuse reuse, Future<Void> cancelled) {
        EventLoop loop = ((ContextInternal) vertx.getOrCreateContext()).nettyEventLoop();
        return pool.acquire(new SlotRequest(endpoint, loop, use -> isFresh(use, reuse), deadline, cancelled));
    }

    /** The grant with the permit to make its connection, of which there are so many at once. Not for one that is there. */
    Future<SlotGrant> awaitDial(SlotGrant grant, UpstreamRequest request) {
        return dials.acquire(TargetKey.of(grant.slot().endpoint()), request.deadline(), request.clientGone())
                .map(grant::with);
    }

    /** Whether a request may have more than one connection made. Not where those of others would lack them. */
    boolean hasRoomForFurtherDials() {
        return allConnections.used() < allConnections.max() / 2;
    }

    /** The exchange does not begin. */
    void release(SlotGrant grant) {
        grant.dialEnded();
        pool.failed(grant.slot());
    }

    /**
     * A request on the connection that was granted, which is made where there was none.
     *
     * @return empty when the connection has turned out to be of no use, and another one has to be acquired
     */
    Future<Optional<Lease>> lease(SlotGrant grant, UpstreamRequest request) {
        if (grant.open() && !pool.isConnected(grant.slot())) {
            // Vert.x would dial, without a permit.
            release(grant);
            return Future.succeededFuture(Optional.empty());
        }
        Promise<Optional<Lease>> promise = Promise.promise();
        Future<HttpClientRequest> connected = connected(grant.slot()).compose(ready -> client(
                        grant.slot().endpoint(), request.upgrade().isPresent())
                .request(options(grant.slot(), request)));
        // On a connection that is there already nobody waits.
        if (!connected.isComplete()) {
            long timer = vertx.setTimer(
                    request.deadline().timerMillis(),
                    id -> promise.tryFail(new TimeoutException("no connection in time")));
            connected.onComplete(over -> vertx.cancelTimer(timer));
            request.clientGone().onComplete(left -> promise.tryFail(UpstreamClient.clientGone()));
        }
        // A dial that nobody waits for any more keeps its place until it has ended.
        connected.onComplete(over -> {
            grant.dialEnded();
            if (over.failed()) {
                pool.failed(grant.slot());
                promise.tryFail(over.cause());
                return;
            }
            Optional<Lease> lease = begin(grant.slot(), over.result());
            if (!promise.tryComplete(lease)) {
                lease.ifPresent(Lease::abandon);
            }
        });
        return promise.future();
    }

    /** Done when the connection that had to make room is closed, so that there is never one too many. */
    private static Future<Void> connected(ConnectionSlot slot) {
        Channel evicted = slot.evicted();
        if (evicted == null || !evicted.isOpen()) {
            return Future.succeededFuture();
        }
        Promise<Void> closed = Promise.promise();
        evicted.closeFuture().addListener(done -> closed.complete());
        return closed.future();
    }

    private static RequestOptions options(ConnectionSlot slot, UpstreamRequest request) {
        Endpoint endpoint = slot.endpoint();
        String host = endpoint.host().toString();
        return new RequestOptions()
                .setProxyOptions(slot.key())
                .setMethod(HttpMethod.valueOf(request.method()))
                .setServer(SocketAddress.inetSocketAddress(endpoint.port().number(), host))
                .setHost(endpoint.https() ? endpoint.verifiedName().toString() : host)
                .setPort(endpoint.port().number())
                .setSsl(endpoint.https())
                .setURI(request.requestTarget())
                .setFollowRedirects(false);
    }

    private Optional<Lease> begin(ConnectionSlot slot, HttpClientRequest request) {
        Channel channel = ((ConnectionBase) request.connection()).channel();
        ConnectionUsage fresh = newUse(slot, request);
        ConnectionUsage known = channel.attr(USE).setIfAbsent(fresh);
        if (known == null) {
            InterimResponses.dropFrom(request.connection());
            TargetCodec.install(request.connection(), fresh, settings.maxHeaderBytes());
            if (request.version() == HttpVersion.HTTP_2) {
                request.connection().goAwayHandler(last -> fresh.markUnusable());
            }
            return Optional.of(lease(slot, request, fresh, false));
        }
        if (known.isUnusable()) {
            // Nobody waits for this request any more; without a handler its end would be logged as an error.
            request.exceptionHandler(e -> {});
            Lease.retire(request);
            pool.failed(slot);
            return Optional.empty();
        }
        return Optional.of(lease(slot, request, known, true));
    }

    private ConnectionUsage newUse(ConnectionSlot slot, HttpClientRequest request) {
        HttpClientConnection connection = (HttpClientConnection) request.connection();
        return new ConnectionUsage(
                clock,
                request.version() == HttpVersion.HTTP_2,
                connection::concurrency,
                () -> pool.serveNext(slot.endpoint()));
    }

    private boolean isFresh(ConnectionUsage use, ConnectionReuse reuse) {
        Duration idle = Duration.ofMillis(use.idleMillis());
        return !use.isUnusable() && reuse.allows(idle) && idle.compareTo(settings.idleTimeout()) <= 0;
    }

    private Lease lease(ConnectionSlot slot, HttpClientRequest request, ConnectionUsage use, boolean reused) {
        Lease lease = new Lease(request, use, reused, clock.millis(), () -> pool.ended(slot.endpoint()));
        pool.began(slot, use, ((ConnectionBase) request.connection()).channel());
        return lease;
    }

    @Override
    public void close() {
        dials.close();
        clients.values().forEach(HttpClient::close);
    }
}
