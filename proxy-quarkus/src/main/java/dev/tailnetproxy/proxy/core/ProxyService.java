package dev.tailnetproxy.proxy.core;

import dev.tailnetproxy.proxy.failure.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.mapping.ErrorResponses;
import dev.tailnetproxy.proxy.mapping.MetricHeaders;
import dev.tailnetproxy.proxy.mapping.RequestMapping;
import dev.tailnetproxy.proxy.mapping.ResponseMapping;
import dev.tailnetproxy.proxy.mapping.TargetHeaders;
import dev.tailnetproxy.proxy.metrics.RequestMetrics;
import dev.tailnetproxy.proxy.metrics.TrafficMetrics;
import dev.tailnetproxy.proxy.policy.TargetHost;
import dev.tailnetproxy.proxy.policy.TargetPolicy;
import dev.tailnetproxy.proxy.tailnet.Tailnet;
import dev.tailnetproxy.proxy.upstream.Endpoint;
import dev.tailnetproxy.proxy.upstream.UpstreamClient;
import dev.tailnetproxy.proxy.upstream.UpstreamRequest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The proxy: one request in, one answer out. */
public final class ProxyService {

    private static final Logger LOG = Logger.getLogger(ProxyService.class);

    private final ProxySettings settings;
    private final RequestMapping requestMapping;
    private final ErrorResponses errors;
    private final Targets targets;
    private final UpstreamClient upstream;
    private final RequestMetrics metrics;
    private final TrafficMetrics traffic;
    private final OwnAnswers own;
    private final Clock clock;
    private final Freezes freezes;

    public ProxyService(
            ProxySettings settings,
            RequestMapping requestMapping,
            ErrorResponses errors,
            TargetPolicy policy,
            Tailnet tailnet,
            UpstreamClient upstream,
            RequestMetrics metrics,
            TrafficMetrics traffic,
            Vertx vertx,
            Clock clock,
            Freezes freezes) {
        this.settings = settings;
        this.requestMapping = requestMapping;
        this.errors = errors;
        this.targets = new Targets(policy, tailnet, settings, clock);
        this.upstream = upstream;
        this.metrics = metrics;
        this.traffic = traffic;
        this.own = new OwnAnswers(vertx, tailnet, clock);
        this.clock = clock;
        this.freezes = freezes;
    }

    /**
     * Forwards the request.
     *
     * @param callerGone completes when nobody waits for the answer any more; the target's connection is closed then
     * @return the target's answer, or the proxy's own for a failure before the target's answer began; does not fail.
     *     The body of a target's answer may still fail, with a {@link ProxyFailure}
     */
    public Future<ProxyResponse> handle(ProxyRequest request, Future<Void> callerGone) {
        Exchange exchange = exchange(request, callerGone);
        return begin(exchange).recover(e -> Future.succeededFuture(failed(e))).map(exchange::watched);
    }

    /** Like {@link #handleBuffered(ProxyRequest, Buffering.Limit, Future)}, for a caller that always waits. */
    public Future<ProxyResponse> handleBuffered(ProxyRequest request, Buffering.Limit limit) {
        return handleBuffered(request, limit, Promise.<Void>promise().future());
    }

    /** Like {@link #handle}, but gives the answer when its body is wholly in memory, at most {@code limit} long. */
    public Future<ProxyResponse> handleBuffered(ProxyRequest request, Buffering.Limit limit, Future<Void> callerGone) {
        Exchange exchange = exchange(request, callerGone);
        return begin(exchange)
                .compose(response -> Buffering.collect(response, limit))
                .recover(e -> Future.succeededFuture(failed(e)))
                .map(exchange::watched);
    }

    private Exchange exchange(ProxyRequest request, Future<Void> callerGone) {
        traffic.begun();
        return new Exchange(request, callerGone, this::over);
    }

    private void over(Served served) {
        Duration took = Duration.ofMillis(served.totalMillis());
        RequestLog.write(served);
        served.labels().ifPresent(labels -> metrics.record(labels, served.reached(), took));
        traffic.ended(served.status(), served.error(), took, served.bytesIn(), served.bytesOut());
    }

    private Future<ProxyResponse> begin(Exchange exchange) {
        freezes.look();
        try {
            exchange.isCountedAs(MetricHeaders.parse(exchange.request().headers()));
            RequestCheck.check(exchange.request());
            Optional<Future<ProxyResponse>> ownAnswer = own.answer(exchange.request());
            if (ownAnswer.isPresent()) {
                exchange.isCountedAs(Optional.empty());
                return ownAnswer.get();
            }
            return forward(exchange);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    /**
     * The answer to what can't be read as a request; log and metrics are told like of any other.
     *
     * @param id what identifies it in logs
     */
    public ProxyResponse unreadable(String id, ProxyFailure failure) {
        ProxyRequest nothing = new ProxyRequest("-", "-", null, Headers.none(), Body.empty(), id, clock.millis());
        return exchange(nothing, Promise.<Void>promise().future()).watched(failed(failure));
    }

    /** The answer for a failure. */
    public ProxyResponse failed(Throwable e) {
        if (e instanceof ProxyFailure failure) {
            return errors.of(failure);
        }
        LOG.error("BUG: a failure that has no name", e);
        return errors.of(new ProxyFailure(ErrorName.INVALID_RESPONSE, "the proxy failed on this request", e));
    }

    private Future<ProxyResponse> forward(Exchange exchange) {
        ProxyRequest request = exchange.request();
        TargetHeaders target = TargetHeaders.parse(request.headers());
        exchange.isFor(target);
        long now = clock.millis();
        long deadline = target.timeoutMs().isPresent()
                ? Math.min(request.deadline(), now + target.timeoutMs().getAsLong())
                : request.deadline();
        return targets.find(target.host(), target.port(), deadline)
                .compose(found -> upstream.send(upstreamRequest(exchange, target, found, deadline)))
                .map(response -> {
                    exchange.answered();
                    return toCaller(request, response);
                });
    }

    private UpstreamRequest upstreamRequest(
            Exchange exchange, TargetHeaders target, Targets.Dialable found, long deadline) {
        ProxyRequest request = exchange.request();
        boolean verified =
                settings.unverifiedTlsTargets().stream().noneMatch(rule -> rule.covers(target.host(), target.port()));
        List<Endpoint> endpoints = found.hosts().stream()
                .map(host -> new Endpoint(host, target.port(), target.https(), target.tlsServerName(), verified))
                .toList();
        Headers headers = requestMapping.forTarget(request.headers(), authority(target));
        boolean settling = isRecent(found.joinedSince()) || isRecent(freezes.lastThaw());
        return new UpstreamRequest(
                endpoints,
                request.method(),
                request.requestTarget(),
                headers,
                request.body(),
                deadline,
                settling,
                exchange.callerGone());
    }

    private boolean isRecent(Optional<Long> wallMillis) {
        return wallMillis
                .map(then -> clock.millis() - then < settings.settleTime().toMillis())
                .orElse(false);
    }

    private static String authority(TargetHeaders target) {
        String host = target.host() instanceof TargetHost.Address address
                        && !address.ip().isIpv4()
                ? "[" + address.ip() + "]"
                : target.host().toString();
        int usualPort = target.https() ? 443 : 80;
        return target.port() == usualPort ? host : host + ":" + target.port();
    }

    private static ProxyResponse toCaller(ProxyRequest request, ProxyResponse response) {
        boolean empty = request.method().equals("HEAD") || response.status() == 204 || response.status() == 304;
        Headers headers = ResponseMapping.forCaller(response.headers());
        if (empty && response.body() instanceof Body.Streamed streamed) {
            streamed.stream().resume();
            return new ProxyResponse(response.status(), headers, Body.empty());
        }
        return new ProxyResponse(response.status(), headers, response.body());
    }
}
