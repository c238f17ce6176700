package dev.tailnetproxy.proxy.forwarding;

import dev.tailnetproxy.function.address.TargetHost;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.headers.ResponseHeaderMapper;
import dev.tailnetproxy.proxy.headers.Target;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Caller;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.policy.TargetRule;
import dev.tailnetproxy.proxy.resolution.PathDiscovery;
import dev.tailnetproxy.proxy.resolution.TargetResolver;
import dev.tailnetproxy.proxy.time.Deadline;
import dev.tailnetproxy.proxy.upstream.Endpoint;
import dev.tailnetproxy.proxy.upstream.UpstreamClient;
import dev.tailnetproxy.proxy.upstream.UpstreamRequest;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** A checked request on its way to its target, and the target's response on its way back. */
public final class RequestForwarder implements Delivery {

    private final List<TargetRule> unverifiedTlsTargets;
    private final TargetSelector selector;
    private final ResponseFilter responseFilter;
    private final TargetResolver targetResolver;
    private final UpstreamClient upstream;
    private final PathDiscovery paths;

    /**
     * Forwards with these parts.
     *
     * @param unverifiedTlsTargets targets whose certificate is not checked
     */
    public RequestForwarder(
            List<TargetRule> unverifiedTlsTargets,
            TargetSelector selector,
            ResponseFilter responseFilter,
            TargetResolver targetResolver,
            UpstreamClient upstream,
            PathDiscovery paths) {
        this.unverifiedTlsTargets = List.copyOf(unverifiedTlsTargets);
        this.selector = selector;
        this.responseFilter = responseFilter;
        this.targetResolver = targetResolver;
        this.upstream = upstream;
        this.paths = paths;
    }

    @Override
    public Caller caller(ProxyRequest request) {
        return selector.caller(request);
    }

    @Override
    public ProxyRequest interpret(ProxyRequest request) {
        return selector.interpret(request);
    }

    @Override
    public Selection select(ProxyRequest request) {
        paths.check();
        return selector.select(request);
    }

    /** The target's response; fails with a {@link ProxyFailure} when there is none. */
    @Override
    public Future<ResponseOutcome> deliver(RequestScope scope, ProxyRequest request, Selection selection) {
        Target target = selection.target();
        Deadline deadline = target.timeout().map(request.deadline()::earlier).orElse(request.deadline());
        TargetResolver callerResolver = targetResolver.of(request.caller());
        return callerResolver
                .resolve(target.host(), target.port(), deadline)
                .compose(dialable ->
                        upstream.send(upstreamRequest(scope, request, selection, dialable, deadline, callerResolver)))
                .map(response -> {
                    scope.responseStarted();
                    return ResponseOutcome.forwarded(responseFilter.forClient(toClient(request, response)));
                });
    }

    private UpstreamRequest upstreamRequest(
            RequestScope scope,
            ProxyRequest request,
            Selection selection,
            TargetResolver.Dialable dialable,
            Deadline deadline,
            TargetResolver callerResolver) {
        Target target = selection.target();
        boolean verified = isVerified(target);
        List<Endpoint> endpoints = new ArrayList<>(dialable.hosts().size());
        for (TargetHost host : dialable.hosts()) {
            endpoints.add(new Endpoint(host, target.port(), target.https(), target.tlsServerName(), verified));
        }
        return new UpstreamRequest(
                endpoints,
                request.method(),
                selection.requestTarget(),
                selection.headers(),
                request.body(),
                request.upgrade(),
                deadline,
                paths.isSettling(),
                new RepeatedDialCheck(callerResolver, paths, target, deadline, scope),
                scope.clientGone());
    }

    private boolean isVerified(Target target) {
        for (TargetRule rule : unverifiedTlsTargets) {
            if (rule.covers(target.host(), target.port())) {
                return false;
            }
        }
        return true;
    }

    private record RepeatedDialCheck(
            TargetResolver targetResolver, PathDiscovery paths, Target target, Deadline deadline, RequestScope scope)
            implements UpstreamRequest.DialCheck {

        @Override
        public Future<Void> permit(Endpoint endpoint) {
            return targetResolver.permit(target.host(), target.port(), endpoint.host(), deadline);
        }

        @Override
        public Future<Void> awaitPath(Endpoint endpoint) {
            return paths.awaitPathTo(endpoint.host(), deadline);
        }

        @Override
        public void onRetry(ProxyFailure why) {
            scope.onRetry(why.reason());
        }
    }

    private static ProxyResponse toClient(ProxyRequest request, ProxyResponse response) {
        if (response.tunnel().isPresent()) {
            return ProxyResponse.switching(
                    ResponseHeaderMapper.ofSwitching(response.headers()),
                    response.tunnel().get());
        }
        boolean empty = request.method().equals("HEAD") || response.status() == 204 || response.status() == 304;
        Headers headers = ResponseHeaderMapper.forClient(response.headers());
        if (empty) {
            response.body().drain();
            return new ProxyResponse(response.status(), headers, Body.empty());
        }
        return new ProxyResponse(response.status(), headers, response.body());
    }
}
