package dev.tailnetproxy.cdk;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awscdk.aws_apigatewayv2_integrations.HttpLambdaIntegration;
import software.amazon.awscdk.services.apigatewayv2.CfnStage;
import software.amazon.awscdk.services.apigatewayv2.HttpApi;
import software.amazon.awscdk.services.apigatewayv2.HttpRoute;
import software.amazon.awscdk.services.apigatewayv2.HttpRouteKey;
import software.amazon.awscdk.services.apigatewayv2.HttpStage;
import software.amazon.awscdk.services.apigatewayv2.IpAddressType;
import software.amazon.awscdk.services.apigatewayv2.ThrottleSettings;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

/** A public HTTP API that hands webhooks of allowed sources to a function. */
public class WebhookForwarder extends Construct {

    /** No path and no query: some senders are given a secret in them. */
    private static final Map<String, String> ACCESS_LOG_FIELDS = Map.of(
            "requestId", "$context.requestId",
            "time", "$context.requestTime",
            "address", "$context.identity.sourceIp",
            "route", "$context.routeKey",
            "status", "$context.status",
            "reason", "$context.authorizer.reason",
            "authorizerError", "$context.authorizer.error",
            "integrationError", "$context.integrationErrorMessage",
            "latencyMs", "$context.responseLatency");

    private final HttpApi api;
    private final LogGroup accessLog;

    /** @throws IllegalArgumentException with a sentence when a property cannot be right */
    public WebhookForwarder(Construct scope, String id, WebhookForwarderProps props) {
        super(scope, id);
        this.api = HttpApi.Builder.create(this, "Api")
                .description("Receives webhooks for a tailnet")
                // The authorizer knows both families, and denies whichever is not listed.
                .ipAddressType(IpAddressType.DUAL_STACK)
                .createDefaultStage(false)
                .build();
        this.accessLog = LogGroup.Builder.create(this, "AccessLog")
                .retention(props.getAccessLogRetention())
                .removalPolicy(props.getAccessLogRemovalPolicy())
                .encryptionKey(props.getAccessLogEncryption().orElse(null))
                .build();
        addStage(props);
        HttpRoute.Builder.create(this, "Route")
                .httpApi(api)
                .routeKey(HttpRouteKey.DEFAULT)
                .integration(new HttpLambdaIntegration("Forwarder", props.getForwarder()))
                .authorizer(props.getAuthorizer().getRouteAuthorizer())
                .build();
    }

    private void addStage(WebhookForwarderProps props) {
        HttpStage stage = HttpStage.Builder.create(this, "Stage")
                .httpApi(api)
                .autoDeploy(true)
                .throttle(ThrottleSettings.builder()
                        .rateLimit(props.getRateLimit())
                        .burstLimit(props.getBurstLimit())
                        .build())
                .build();
        CfnStage resource = (CfnStage) Objects.requireNonNull(stage.getNode().getDefaultChild());
        resource.setAccessLogSettings(CfnStage.AccessLogSettingsProperty.builder()
                .destinationArn(accessLog.getLogGroupArn())
                .format(accessLogFormat())
                .build());
    }

    /** One JSON object a line, its members in a fixed order. */
    private static String accessLogFormat() {
        return new TreeMap<>(ACCESS_LOG_FIELDS)
                .entrySet().stream()
                        .map(field -> "\"" + field.getKey() + "\":\"" + field.getValue() + "\"")
                        .collect(Collectors.joining(",", "{", "}"));
    }

    public HttpApi getApi() {
        return api;
    }

    public LogGroup getAccessLog() {
        return accessLog;
    }
}
