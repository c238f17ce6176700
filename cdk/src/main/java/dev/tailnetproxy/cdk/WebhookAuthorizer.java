package dev.tailnetproxy.cdk;

import dev.tailnetproxy.contract.AuthorizerVariables;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.aws_apigatewayv2_authorizers.HttpLambdaAuthorizer;
import software.amazon.awscdk.aws_apigatewayv2_authorizers.HttpLambdaResponseType;
import software.amazon.awscdk.services.apigatewayv2.IHttpRouteAuthorizer;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

/** The function that allows requests to an HTTP API by their source address. It serves one API. */
public class WebhookAuthorizer extends Construct {

    /**
     * What the decision depends on, so that a cached one holds for the same address alone. A header field would let everyone
     * in who sends the same value as an allowed sender.
     */
    private static final String SOURCE_ADDRESS = "$context.identity.sourceIp";

    private final JavaFunction function;
    private final HttpLambdaAuthorizer routeAuthorizer;

    /** @throws IllegalArgumentException with a sentence when a property cannot be right or the zip was not built yet */
    public WebhookAuthorizer(Construct scope, String id, WebhookAuthorizerProps props) {
        super(scope, id);
        JavaFunction.Content content = new JavaFunction.Content(
                JavaFunction.Build.of(props),
                "Allows webhooks by their source address",
                "The webhook authorizer",
                List.of(),
                Map.of(AuthorizerVariables.SOURCE_CIDR.name(), String.join(",", props.getAllowedSources())),
                role -> {});
        EnvironmentVariables.checkSize(content.allVariables(), "shorten allowedSources, by wider prefixes for example");
        this.function = new JavaFunction(this, "Function", props, content);
        this.routeAuthorizer = HttpLambdaAuthorizer.Builder.create("SourceAddress", function)
                .responseTypes(List.of(HttpLambdaResponseType.SIMPLE))
                .identitySource(cacheKey(props.getDecisionCacheTtl()))
                .resultsCacheTtl(props.getDecisionCacheTtl())
                .build();
    }

    /** Without a cache there is no key: API Gateway responds with 401 by itself where a key is empty. */
    private static List<String> cacheKey(Duration ttl) {
        return ttl.toMilliseconds().longValue() > 0 ? List.of(SOURCE_ADDRESS) : List.of();
    }

    /** For the routes of an HTTP API. */
    public IHttpRouteAuthorizer getRouteAuthorizer() {
        return routeAuthorizer;
    }

    public Function getFunction() {
        return function;
    }

    public LogGroup getLogGroup() {
        return function.ownLogGroup();
    }
}
