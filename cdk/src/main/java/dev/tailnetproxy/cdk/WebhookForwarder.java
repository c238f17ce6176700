package dev.tailnetproxy.cdk;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awscdk.aws_apigatewayv2_integrations.HttpLambdaIntegration;
import software.amazon.awscdk.services.apigatewayv2.CfnStage;
import software.amazon.awscdk.services.apigatewayv2.DomainMappingOptions;
import software.amazon.awscdk.services.apigatewayv2.DomainName;
import software.amazon.awscdk.services.apigatewayv2.HttpApi;
import software.amazon.awscdk.services.apigatewayv2.HttpRoute;
import software.amazon.awscdk.services.apigatewayv2.HttpRouteKey;
import software.amazon.awscdk.services.apigatewayv2.HttpStage;
import software.amazon.awscdk.services.apigatewayv2.IpAddressType;
import software.amazon.awscdk.services.apigatewayv2.SecurityPolicy;
import software.amazon.awscdk.services.apigatewayv2.ThrottleSettings;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.route53.ARecord;
import software.amazon.awscdk.services.route53.AaaaRecord;
import software.amazon.awscdk.services.route53.RecordTarget;
import software.amazon.awscdk.services.route53.targets.ApiGatewayv2DomainProperties;
import software.constructs.Construct;

/**
 * A public HTTP API that hands webhooks of allowed sources to a function, usually that of a {@link TailnetForwarder}.
 *
 * <p>It has no web ACL of AWS WAF: HTTP APIs take none. docs/webhook-forwarder.md says what does its work.
 */
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

    private final WebhookForwarderProps props;
    private final HttpApi api;
    private final Optional<DomainName> domain;
    private final HttpStage stage;
    private final LogGroup accessLog;

    /** @throws IllegalArgumentException with a sentence when a property cannot be right */
    public WebhookForwarder(Construct scope, String id, WebhookForwarderProps props) {
        super(scope, id);
        this.props = props;
        props.getDomain().ifPresent(options -> RegionValidator.check(this, options.getCertificate()));
        this.api = HttpApi.Builder.create(this, "Api")
                .description("Receives webhooks for a tailnet")
                // The authorizer knows both families, and denies whichever is not listed.
                .ipAddressType(IpAddressType.DUAL_STACK)
                .createDefaultStage(false)
                .disableExecuteApiEndpoint(props.getDomain().isPresent())
                .build();
        this.domain = props.getDomain().map(this::createDomain);
        this.accessLog = LogGroup.Builder.create(this, "AccessLog")
                .retention(props.getAccessLogRetention())
                .removalPolicy(props.getAccessLogRemovalPolicy())
                .encryptionKey(props.getAccessLogEncryption().orElse(null))
                .build();
        this.stage = createStage();
        HttpRoute.Builder.create(this, "Route")
                .httpApi(api)
                .routeKey(HttpRouteKey.DEFAULT)
                .integration(new HttpLambdaIntegration(
                        "Forwarder", props.getForwarder().getFunction()))
                .authorizer(props.getAuthorizer().getRouteAuthorizer())
                .build();
    }

    private HttpStage createStage() {
        HttpStage created = HttpStage.Builder.create(this, "Stage")
                .httpApi(api)
                .autoDeploy(true)
                .domainMapping(domain.map(name ->
                                DomainMappingOptions.builder().domainName(name).build())
                        .orElse(null))
                .throttle(ThrottleSettings.builder()
                        .rateLimit(props.getRateLimit())
                        .burstLimit(props.getBurstLimit())
                        .build())
                .build();
        CfnStage resource = (CfnStage) Objects.requireNonNull(created.getNode().getDefaultChild());
        resource.setAccessLogSettings(CfnStage.AccessLogSettingsProperty.builder()
                .destinationArn(accessLog.getLogGroupArn())
                .format(accessLogFormat())
                .build());
        return created;
    }

    private DomainName createDomain(WebhookDomainOptions options) {
        DomainName name = DomainName.Builder.create(this, "Domain")
                .domainName(options.getName())
                .certificate(options.getCertificate())
                .securityPolicy(SecurityPolicy.TLS_1_2)
                .ipAddressType(IpAddressType.DUAL_STACK)
                .build();
        options.getHostedZone().ifPresent(zone -> {
            RecordTarget target = RecordTarget.fromAlias(
                    new ApiGatewayv2DomainProperties(name.getRegionalDomainName(), name.getRegionalHostedZoneId()));
            // A name with a dot at its end is one of no zone, so that the zone's own is not put behind it.
            String record = options.getName() + ".";
            ARecord.Builder.create(this, "Ipv4Record")
                    .zone(zone)
                    .recordName(record)
                    .target(target)
                    .build();
            AaaaRecord.Builder.create(this, "Ipv6Record")
                    .zone(zone)
                    .recordName(record)
                    .target(target)
                    .build();
        });
        return name;
    }

    /** One JSON object a line, its members in a fixed order. */
    private static String accessLogFormat() {
        return new TreeMap<>(ACCESS_LOG_FIELDS)
                .entrySet().stream()
                        .map(field -> "\"" + field.getKey() + "\":\"" + field.getValue() + "\"")
                        .collect(Collectors.joining(",", "{", "}"));
    }

    /** Where senders send to, with a slash at its end. */
    public String getUrl() {
        return props.getDomain()
                .map(options -> "https://" + options.getName() + "/")
                .orElseGet(stage::getUrl);
    }

    /** What receives the allowed requests. */
    public TailnetForwarder getForwarder() {
        return props.getForwarder();
    }

    /** What records of the domain's name have to lead to; empty without a domain. */
    public Optional<String> getRegionalDomainName() {
        return domain.map(DomainName::getRegionalDomainName);
    }

    public HttpStage getStage() {
        return stage;
    }

    public HttpApi getApi() {
        return api;
    }

    public LogGroup getAccessLog() {
        return accessLog;
    }
}
