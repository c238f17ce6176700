package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.cdk.support.TestArchives;
import dev.tailnetproxy.cdk.support.TestStack;
import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;

/** The API that receives webhooks, and its authorizer. */
class WebhookForwarderTest {

    private static final String AUTHORIZER = "AWS::ApiGatewayV2::Authorizer";

    @TempDir
    private Path folder;

    private TestStack testStack;

    @BeforeEach
    void testStack() {
        testStack = TestStack.in(folder, "eu-central-1");
    }

    private WebhookAuthorizerProps.Builder authorizerProps() {
        WebhookAuthorizerProps.Builder props = WebhookAuthorizerProps.builder();
        props.addAllowedSources("192.0.2.0/24", "2001:db8::/32")
                .functionArchive(testStack.archives().nativeFor(TestArchives.ELF_AARCH64));
        return props;
    }

    private WebhookForwarder forwarder(Consumer<WebhookAuthorizerProps.Builder> more) {
        WebhookAuthorizerProps.Builder props = authorizerProps();
        more.accept(props);
        return new WebhookForwarder(
                testStack.stack(),
                "Webhooks",
                WebhookForwarderProps.builder()
                        .authorizer(new WebhookAuthorizer(testStack.stack(), "Authorizer", props.build()))
                        .forwarder(testStack.forwarder(receiver ->
                                receiver.functionArchive(testStack.archives().nativeFor(TestArchives.ELF_AARCH64))))
                        .build());
    }

    private WebhookForwarder forwarder() {
        return forwarder(props -> {});
    }

    @Test
    void authorizerFunctionHasListAndNoRightButItsLog() {
        forwarder();

        JsonNode function =
                testStack.resource("AWS::Lambda::Function", "Authorizer").at("/Properties");
        assertThat(function.at("/Environment/Variables/AUTHD_SOURCE_CIDR").asText())
                .isEqualTo("192.0.2.0/24,2001:db8::/32");
        assertThat(function.at("/Timeout").asInt()).isEqualTo(10);
        JsonNode statements =
                testStack.resource("AWS::IAM::Policy", "Authorizer").at("/Properties/PolicyDocument/Statement");
        assertThat(statements).hasSize(1);
        assertThat(statements.at("/0/Action")).hasToString("[\"logs:CreateLogStream\",\"logs:PutLogEvents\"]");
    }

    @Test
    void eachRequestIsDecidedByDefault() {
        forwarder();

        JsonNode authorizer = testStack.onlyResource(AUTHORIZER).at("/Properties");
        assertThat(authorizer.at("/AuthorizerType").asText()).isEqualTo("REQUEST");
        assertThat(authorizer.at("/AuthorizerPayloadFormatVersion").asText()).isEqualTo("2.0");
        assertThat(authorizer.at("/EnableSimpleResponses").asBoolean()).isTrue();
        assertThat(authorizer.at("/AuthorizerResultTtlInSeconds").asInt(-1)).isZero();
        assertThat(authorizer.path("IdentitySource")).isEmpty();
    }

    @Test
    void cachedDecisionHoldsForItsSourceAddress() {
        forwarder(props -> props.decisionCacheTtl(Duration.minutes(1)));

        JsonNode authorizer = testStack.onlyResource(AUTHORIZER).at("/Properties");
        assertThat(authorizer.at("/AuthorizerResultTtlInSeconds").asInt()).isEqualTo(60);
        assertThat(authorizer.at("/IdentitySource")).hasToString("[\"$context.identity.sourceIp\"]");
    }

    @Test
    void noRouteIsWithoutAuthorizer() {
        forwarder();

        JsonNode route = testStack.onlyResource("AWS::ApiGatewayV2::Route").at("/Properties");
        assertThat(route.at("/RouteKey").asText()).isEqualTo("$default");
        assertThat(route.at("/AuthorizationType").asText()).isEqualTo("CUSTOM");
        assertThat(route.at("/AuthorizerId/Ref").asText()).isNotEmpty();
        JsonNode integration =
                testStack.onlyResource("AWS::ApiGatewayV2::Integration").at("/Properties");
        assertThat(integration.at("/IntegrationUri/Fn::GetAtt/0").asText()).startsWith("Forwarder");
        assertThat(integration.at("/PayloadFormatVersion").asText()).isEqualTo("2.0");
    }

    @Test
    void onlyThisApiMayInvokeAuthorizer() {
        forwarder();

        List<JsonNode> permissions = TestStack.json(testStack.template())
                .at("/Resources")
                .valueStream()
                .filter(resource -> resource.at("/Type").asText().equals("AWS::Lambda::Permission"))
                .map(resource -> resource.at("/Properties"))
                .filter(permission ->
                        permission.at("/FunctionName/Fn::GetAtt/0").asText().startsWith("Authorizer"))
                .toList();
        assertThat(permissions).hasSize(1);
        assertThat(permissions.get(0).at("/Principal").asText()).isEqualTo("apigateway.amazonaws.com");
        assertThat(permissions.get(0).at("/SourceArn").toString()).contains("/authorizers/", "WebhooksApi");
    }

    @Test
    void stageIsThrottledAndLogsWithoutPaths() {
        forwarder();

        JsonNode stage = testStack.onlyResource("AWS::ApiGatewayV2::Stage").at("/Properties");
        assertThat(stage.at("/StageName").asText()).isEqualTo("$default");
        assertThat(stage.at("/AutoDeploy").asBoolean()).isTrue();
        assertThat(stage.at("/DefaultRouteSettings/ThrottlingRateLimit").asInt())
                .isEqualTo(50);
        assertThat(stage.at("/DefaultRouteSettings/ThrottlingBurstLimit").asInt())
                .isEqualTo(100);
        assertThat(stage.at("/AccessLogSettings/DestinationArn/Fn::GetAtt/0").asText())
                .startsWith("WebhooksAccessLog");
        assertThat(stage.at("/AccessLogSettings/Format").asText())
                .contains("$context.requestId", "$context.identity.sourceIp", "$context.authorizer.reason")
                .doesNotContain("path", "Path", "query", "header", "userAgent");
        assertThat(testStack
                        .onlyResource("AWS::ApiGatewayV2::Api")
                        .at("/Properties/IpAddressType")
                        .asText())
                .isEqualTo("dualstack");
    }

    @Test
    void cdkNagReportsNothing() {
        forwarder();
        Aspects.of(testStack.stack()).add(new AwsSolutionsChecks());

        Annotations found = Annotations.fromStack(testStack.stack());
        found.hasNoError("*", Match.stringLikeRegexp("AwsSolutions-.*"));
        found.hasNoWarning("*", Match.stringLikeRegexp("AwsSolutions-.*"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "192.0.2.0/33",
                "192.0.2.1/24",
                "192.0.2.0/24,198.51.100.0/24",
                " 192.0.2.0/24",
                "192.0.02.0/24",
                "[2001:db8::]/32",
                "fe80::%eth0/10",
                "example.com",
                "*"
            })
    void wrongSourceIsRefused(String source) {
        WebhookAuthorizerProps.Builder props = authorizerProps();
        props.addAllowedSources(source);

        assertThatThrownBy(props::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("allowedSources has \"" + source + "\": ");
    }

    static Stream<Arguments> wrongAuthorizers() {
        return Stream.of(
                wrong("allowedSources is empty", props -> props.allowedSources(List.of())),
                wrong("decisionCacheTtl is 3601000 ms", props -> props.decisionCacheTtl(Duration.seconds(3601))),
                wrong("timeout is 11000 ms", props -> props.timeout(Duration.seconds(11))));
    }

    private static Arguments wrong(String message, Consumer<WebhookAuthorizerProps.Builder> change) {
        return Arguments.of(message, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongAuthorizers")
    void wrongPropertyIsRefused(String message, Consumer<WebhookAuthorizerProps.Builder> change) {
        WebhookAuthorizerProps.Builder props = authorizerProps();
        change.accept(props);

        assertThatThrownBy(props::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void listThatLambdaHasNoRoomForIsRefused() {
        Consumer<WebhookAuthorizerProps.Builder> tooLong =
                props -> props.allowedSources(Collections.nCopies(400, "192.0.2.0/24"));

        assertThatThrownBy(() -> forwarder(tooLong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Lambda allows 4096: shorten allowedSources");
    }

    @Test
    void defaultArchiveIsThatOfTheBuild() {
        assertThat(WebhookAuthorizerProps.builder()
                        .addAllowedSources("192.0.2.7")
                        .build()
                        .getFunctionArchive())
                .endsWith("/webhook-authorizer-quarkus/target/function.zip");
    }

    @Test
    void forwarderOfAFunctionUrlIsRefused() {
        TailnetForwarder other = testStack.forwarder(props -> props.forwarder(ForwarderOptions.builder()
                .target("http://orders:8080")
                .gateway(ForwarderGateway.FUNCTION_URL)
                .addAllowedSources("192.0.2.0/24")
                .build()));
        WebhookForwarderProps.Builder props = WebhookForwarderProps.builder()
                .authorizer(new WebhookAuthorizer(
                        testStack.stack(), "Authorizer", authorizerProps().build()))
                .forwarder(other);

        assertThatThrownBy(props::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("forwarder has the gateway FUNCTION_URL");
    }
}
