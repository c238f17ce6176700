package dev.tailnetproxy.localstack.httpapi;

import dev.tailnetproxy.localstack.gateway.EventParts;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A part of the request under which the authorizer's result is cached.
 *
 * @param expression in API Gateway's form, such as {@code $request.header.Authorization}
 */
public record IdentitySource(String expression) {

    private static final String HEADER = "$request.header.";
    private static final String QUERY = "$request.querystring.";
    private static final String SOURCE_ADDRESS = "$context.identity.sourceIp";
    private static final String ROUTE_KEY = "$context.routeKey";
    private static final Pattern KNOWN = Pattern.compile("\\$request\\.(header|querystring)\\.[A-Za-z0-9_.-]+"
            + "|\\$context\\.identity\\.sourceIp|\\$context\\.routeKey");

    /** Takes the sources that this API knows. */
    public IdentitySource {
        if (!KNOWN.matcher(expression).matches()) {
            throw new IllegalArgumentException("not an identity source that is known here: " + expression);
        }
    }

    /** The value in a request; an empty one is none. */
    Optional<String> value(ApiRequest request) {
        return found(request).filter(value -> !value.isEmpty());
    }

    private Optional<String> found(ApiRequest request) {
        if (expression.startsWith(HEADER)) {
            return request.http().field(expression.substring(HEADER.length()));
        }
        if (expression.startsWith(QUERY)) {
            return Optional.ofNullable(
                    EventParts.queryParameters(request.http().query()).getString(expression.substring(QUERY.length())));
        }
        return switch (expression) {
            case SOURCE_ADDRESS -> Optional.of(request.http().sourceIp());
            case ROUTE_KEY -> Optional.of(ApiRequest.ROUTE_KEY);
            default -> throw new IllegalStateException(expression);
        };
    }
}
