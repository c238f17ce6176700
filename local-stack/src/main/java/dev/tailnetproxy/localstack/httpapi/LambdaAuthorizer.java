package dev.tailnetproxy.localstack.httpapi;

import dev.tailnetproxy.localstack.functionurl.FunctionInvoker.InvocationResult;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Asks the authorizer, or remembers its result: allowed and denied ones alike, failures never. */
final class LambdaAuthorizer {

    private final AuthorizerSettings settings;
    private final ApiEvents events;
    private final TimedInvoker invoker;
    private final Clock clock;
    private final Map<List<String>, CachedResult> cache = new ConcurrentHashMap<>();

    /** @param invoker waits for the function as long as the API does */
    LambdaAuthorizer(AuthorizerSettings settings, ApiEvents events, TimedInvoker invoker, Clock clock) {
        this.settings = settings;
        this.events = events;
        this.invoker = invoker;
        this.clock = clock;
    }

    private record CachedResult(AuthorizerResult result, Instant expiry) {}

    AuthorizerResult decide(ApiRequest request) throws IOException, InterruptedException {
        List<String> identity = settings.identitySources().stream()
                .flatMap(source -> source.value(request).stream())
                .toList();
        if (identity.size() < settings.identitySources().size()) {
            return new AuthorizerResult.IdentityMissing();
        }
        CachedResult cached = cache.get(identity);
        if (cached != null && clock.instant().isBefore(cached.expiry())) {
            return cached.result();
        }
        AuthorizerResult result = ask(request, identity);
        if (!(result instanceof AuthorizerResult.Failed) && !settings.ttl().isZero()) {
            cache.put(identity, new CachedResult(result, clock.instant().plus(settings.ttl())));
        }
        return result;
    }

    private AuthorizerResult ask(ApiRequest request, List<String> identity) throws IOException, InterruptedException {
        Optional<InvocationResult> result = invoker.invoke(settings.function(), events.authorizer(request, identity));
        if (result.isEmpty()) {
            return new AuthorizerResult.Failed("the authorizer was too slow");
        }
        return result.get() instanceof InvocationResult.Returned returned
                ? AuthorizerResult.of(returned.json())
                : new AuthorizerResult.Failed(((InvocationResult.Failed) result.get()).reason());
    }
}
