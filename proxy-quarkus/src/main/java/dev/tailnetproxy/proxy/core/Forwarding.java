package dev.tailnetproxy.proxy.core;

import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.mapping.RequestMapping;
import dev.tailnetproxy.proxy.mapping.ResponseMapping;
import dev.tailnetproxy.proxy.mapping.TargetHeaders;
import dev.tailnetproxy.proxy.upstream.Endpoint;
import dev.tailnetproxy.proxy.upstream.UpstreamClient;
import dev.tailnetproxy.proxy.upstream.UpstreamRequest;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.List;

/** A checked request on its way to its target, and the target's answer on its way back. */
public final class Forwarding {

    private final ProxySettings settings;
    private final RequestMapping requestMapping;
    private final Targets targets;
    private final UpstreamClient upstream;
    private final Clock clock;
    private final PathFinding paths;

    public Forwarding(
            ProxySettings settings,
            RequestMapping requestMapping,
            Targets targets,
            UpstreamClient upstream,
            Clock clock,
            PathFinding paths) {
        this.settings = settings;
        this.requestMapping = requestMapping;
        this.targets = targets;
        this.upstream = upstream;
        this.clock = clock;
        this.paths = paths;
    }

    /**
     * Where the request goes, as its header section says.
     *
     * @throws ProxyFailure when it does not say so, or may not be forwarded
     */
    TargetHeaders target(ProxyRequest request) {
        paths.look();
        requestMapping.check(request.headers());
        return TargetHeaders.parse(request.headers());
    }

    /** The target's response; fails with a {@link ProxyFailure} when there is none. */
    Future<ProxyResponse> forward(Exchange exchange, ProxyRequest request, TargetHeaders target) {
        long now = clock.millis();
        long deadline = target.timeoutMs().isPresent()
                ? Math.min(request.deadline(), now + target.timeoutMs().getAsLong())
                : request.deadline();
        Targets reachable = targets.of(request.caller());
        return reachable
                .find(target.host(), target.port(), deadline)
                .compose(found -> upstream.send(upstreamRequest(exchange, request, target, found, deadline, reachable)))
                .map(response -> {
                    exchange.answered();
                    return toCaller(request, response);
                });
    }

    private UpstreamRequest upstreamRequest(
            Exchange exchange,
            ProxyRequest request,
            TargetHeaders target,
            Targets.Dialable found,
            long deadline,
            Targets reachable) {
        boolean verified =
                settings.unverifiedTlsTargets().stream().noneMatch(rule -> rule.covers(target.host(), target.port()));
        List<Endpoint> endpoints = found.hosts().stream()
                .map(host -> new Endpoint(host, target.port(), target.https(), target.tlsServerName(), verified))
                .toList();
        Headers headers = requestMapping.forTarget(request.headers(), target.authority());
        return new UpstreamRequest(
                endpoints,
                request.method(),
                requestMapping.requestTarget(request),
                headers,
                request.body(),
                deadline,
                paths.isSettling(),
                new Dials(reachable, paths, target, deadline, exchange),
                exchange.callerGone());
    }

    private record Dials(Targets targets, PathFinding paths, TargetHeaders target, long deadline, Exchange exchange)
            implements UpstreamRequest.DialCheck {

        @Override
        public Future<Void> permit(Endpoint endpoint) {
            return targets.permit(target.host(), target.port(), endpoint.host(), deadline);
        }

        @Override
        public Future<Void> pathKnown(Endpoint endpoint) {
            return paths.toCarrierOf(endpoint.host(), deadline);
        }

        @Override
        public void again(ProxyFailure why) {
            exchange.again(why.reason());
        }
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
