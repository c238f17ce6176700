package dev.tailnetproxy.localstack.httpapi;

import dev.tailnetproxy.localstack.functionurl.FunctionInvoker;
import java.time.Duration;
import java.util.List;

/**
 * A Lambda authorizer of type REQUEST, payload format 2.0, with simple responses.
 *
 * @param function decides
 * @param identitySources what the request must have, and under what results are cached
 * @param ttl how long a result is used again; zero for never
 */
public record AuthorizerSettings(FunctionInvoker function, List<IdentitySource> identitySources, Duration ttl) {

    private static final Duration MAX_TTL = Duration.ofHours(1);

    /** Refuses what API Gateway refuses. */
    public AuthorizerSettings {
        identitySources = List.copyOf(identitySources);
        if (ttl.isNegative() || ttl.compareTo(MAX_TTL) > 0) {
            throw new IllegalArgumentException("the TTL must be between 0 and 3600 seconds");
        }
        if (identitySources.isEmpty() && !ttl.isZero()) {
            throw new IllegalArgumentException("results can't be cached without an identity source");
        }
    }

    /** One that decides about each request. */
    public static AuthorizerSettings uncached(FunctionInvoker function) {
        return new AuthorizerSettings(function, List.of(), Duration.ZERO);
    }
}
