package dev.tailnetproxy.cdk.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.cdk.support.TestStack;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.assertions.Template;

/** The settings of the scenarios with a webhook forwarder. */
class WebhookContextTest {

    private static final String KEY = "arn:aws:kms:us-east-1:123456789012:key/";

    @TempDir
    private Path folder;

    private JsonNode template(Scenario scenario, Map<String, String> context) {
        return TestStack.json(Template.fromStack(
                ScenarioApps.stack(folder, ScenarioApps.with(ScenarioApps.required(scenario), context))));
    }

    @Test
    void everyContextNameOfTheForwarderReachesTemplate() {
        String template = template(
                        Scenario.WEBHOOK,
                        Map.ofEntries(
                                Map.entry("target", "https://orders:8443/base"),
                                Map.entry("sources", "192.0.2.0/24, 2001:db8::/32"),
                                Map.entry("methods", "POST, PUT"),
                                Map.entry("paths", "/hooks/*, /ping"),
                                Map.entry("contentTypes", "application/json"),
                                Map.entry("maxBodyBytes", "65536"),
                                Map.entry("response", "status-and-headers"),
                                Map.entry("verify", "hmac"),
                                Map.entry("webhookSecret", "webhooks/sender"),
                                Map.entry("webhookSecretKey", KEY + "sender"),
                                Map.entry("toleranceSeconds", "60"),
                                Map.entry("hmacHeader", "X-Signature"),
                                Map.entry("hmacPrefix", "v1="),
                                Map.entry("hmacAlgorithm", "sha512"),
                                Map.entry("hmacEncoding", "upper-hex"),
                                Map.entry("hmacTimestampHeader", "X-Time"),
                                Map.entry("rateLimit", "7"),
                                Map.entry("burstLimit", "9"),
                                Map.entry("decisionCacheSeconds", "60"),
                                Map.entry("domainName", "hooks.example.com"),
                                Map.entry(
                                        "certificate",
                                        "arn:aws:acm:us-east-1:123456789012:certificate/1234abcd-12ab-34cd"),
                                Map.entry("logKey", KEY + "log"),
                                Map.entry("environmentKey", KEY + "variables"),
                                Map.entry("timeoutSeconds", "29"),
                                Map.entry("warmEnvironments", "2"),
                                Map.entry("reservedConcurrentExecutions", "8"),
                                Map.entry("architecture", "arm64")))
                .toString();

        assertThat(template)
                .contains(
                        "\"TS_FORWARDER_TARGET\":\"https://orders:8443/base\"",
                        "\"AUTHD_SOURCE_CIDR\":\"192.0.2.0/24,2001:db8::/32\"",
                        "\"TS_FORWARDER_ALLOWED_METHODS\":\"POST,PUT\"",
                        "\"TS_FORWARDER_ALLOWED_PATHS\":\"/hooks/*,/ping\"",
                        "\"TS_FORWARDER_ALLOWED_CONTENT_TYPES\":\"application/json\"",
                        "\"TS_FORWARDER_MAX_BODY_BYTES\":\"65536\"",
                        "\"TS_FORWARDER_RESPONSE\":\"status-and-headers\"",
                        "\"TS_FORWARDER_VERIFY\":\"hmac\"",
                        "\"TS_FORWARDER_SECRET_ID\":\"webhooks/sender\"",
                        "\"Resource\":\"" + KEY + "sender\"",
                        "\"TS_FORWARDER_TOLERANCE_SECONDS\":\"60\"",
                        "\"TS_FORWARDER_HMAC_HEADER\":\"X-Signature\"",
                        "\"TS_FORWARDER_HMAC_PREFIX\":\"v1=\"",
                        "\"TS_FORWARDER_HMAC_ALGORITHM\":\"sha512\"",
                        "\"TS_FORWARDER_HMAC_ENCODING\":\"upper-hex\"",
                        "\"TS_FORWARDER_HMAC_TIMESTAMP_HEADER\":\"X-Time\"",
                        "\"ThrottlingRateLimit\":7",
                        "\"ThrottlingBurstLimit\":9",
                        "\"AuthorizerResultTtlInSeconds\":60",
                        "\"DomainName\":\"hooks.example.com\"",
                        "certificate/1234abcd-12ab-34cd",
                        "\"Timeout\":29",
                        "\"ScheduleExpression\":\"cron(0/5 * * * ? *)\"",
                        "\"ReservedConcurrentExecutions\":8");
        assertThat(template.split("\"KmsKeyId\":\"" + KEY + "log\"", -1)).hasSize(4);
        assertThat(template.split("\"KmsKeyArn\":\"" + KEY + "variables\"", -1)).hasSize(3);
    }

    @Test
    void queueIsMadeWhenItIsAskedFor() {
        assertThat(template(Scenario.WEBHOOK, Map.of()).toString()).doesNotContain("AWS::SQS::Queue\"");

        JsonNode template =
                template(Scenario.WEBHOOK, Map.of("delivery", "queued", "queueOrder", "path", "giveUpHours", "2"));

        assertThat(template.toString())
                .contains(
                        "\"TS_FORWARDER_DELIVERY\":\"queued\"",
                        "\"FifoQueue\":true",
                        "\"TS_FORWARDER_GIVE_UP_SECONDS\":\"7200\"");
        assertThat(template.at("/Outputs").properties())
                .extracting(Map.Entry::getKey)
                .contains("QueueUrl", "DeadLetterQueueUrl");
    }

    @ParameterizedTest
    @CsvSource({"twilio,twilio", "standard-webhooks,standard-webhooks", "slack,slack"})
    void schemeReachesTemplate(String verify, String value) {
        Map<String, String> context = new HashMap<>(Map.of("verify", verify));
        if (verify.equals("twilio")) {
            context.put("publicUrl", "https://hooks.example.com");
        }

        assertThat(template(Scenario.WEBHOOK, context)
                        .findValue("TS_FORWARDER_VERIFY")
                        .asText())
                .isEqualTo(value);
    }

    @Test
    void noVerificationHasToBeSaid() {
        JsonNode template = template(Scenario.WEBHOOK, Map.of("verify", "none", "webhookSecret", ""));

        assertThat(template.findValue("TS_FORWARDER_VERIFY")).isNull();
        assertThat(template.toString()).doesNotContain("webhooks/");
    }

    @Test
    void demonstrationSendsToItsOwnInstanceAndMakesASecret() {
        JsonNode template = template(Scenario.WEBHOOK_DEMO, Map.of());

        assertThat(template.findValue("TS_FORWARDER_TARGET").asText()).isEqualTo("http://webhook-demo:8080");
        assertThat(template.findValue("TS_FORWARDER_VERIFY").asText()).isEqualTo("github");
        assertThat(template.findValue("TS_FORWARDER_SECRET_ID").at("/Ref").asText())
                .startsWith("WebhookSecret");
        assertThat(template.at("/Outputs").properties())
                .extracting(Map.Entry::getKey)
                .contains("WebhookUrl", "InstanceId", "TargetUrl", "WebhookSecretArn");
    }

    @Test
    void demonstrationTakesASecretThatExists() {
        JsonNode template = template(
                Scenario.WEBHOOK_DEMO,
                Map.of(
                        "webhookSecret", "webhooks/mine",
                        "instanceSecret", "tailscale/edge",
                        "instanceSecretKey", KEY + "edge"));

        assertThat(template.findValue("TS_FORWARDER_SECRET_ID").asText()).isEqualTo("webhooks/mine");
        assertThat(template.toString())
                .contains(":secret:tailscale/edge-??????", "\"Resource\":\"" + KEY + "edge\"")
                .doesNotContain("AWS::SecretsManager::Secret\"");
        assertThat(template.at("/Outputs").has("WebhookSecretArn")).isFalse();
    }

    static Stream<Arguments> invalid() {
        return Stream.of(
                wrong(Map.of("sources", ""), "sources is missing: give -c sources=the senders' addresses"),
                wrong(Map.of("target", ""), "target is missing: give -c target=the private service's URL"),
                wrong(Map.of("verify", ""), "verify is missing: give -c verify=github or stripe or slack or"),
                wrong(Map.of("verify", "gitlab"), "verify is \"gitlab\": give github or stripe or"),
                wrong(Map.of("webhookSecret", ""), "webhookSecret is missing: give -c webhookSecret=name or whole ARN"),
                wrong(
                        Map.of("verify", "none"),
                        "webhookSecret has no effect beside verify=none: leave one of them out"),
                wrong(Map.of("hmacHeader", "X-S"), "hmacHeader has no effect beside another verify than hmac"),
                wrong(Map.of("verify", "hmac"), "hmacHeader is missing: give -c hmacHeader=the header field"),
                wrong(Map.of("verify", "twilio"), "verification.publicUrl is missing: the scheme TWILIO needs it"),
                wrong(Map.of("sources", "github"), "allowedSources has \"github\": give an address or a prefix"),
                wrong(Map.of("target", "orders"), "target is \"orders\": it must be a URL like"),
                wrong(Map.of("response", "all"), "response is \"all\": give status or status-and-headers or full or"),
                wrong(Map.of("delivery", "later"), "delivery is \"later\": give direct or queued"),
                wrong(Map.of("queueOrder", "all"), "queueOrder has no effect without delivery=queued"),
                wrong(
                        Map.of("delivery", "direct", "giveUpHours", "2"),
                        "giveUpHours has no effect without delivery=queued"),
                wrong(Map.of("delivery", "queued", "giveUpHours", "999"), "giveUp is 3596400000 ms"),
                wrong(Map.of("domainName", "hooks.example.com"), "domainName and certificate belong together"),
                wrong(Map.of("certificate", "arn"), "domainName and certificate belong together"),
                wrong(
                        Map.of("domainName", "hooks.example.com", "certificate", "some"),
                        "certificate is \"some\": give the certificate's ARN"),
                wrong(Map.of("timeoutSeconds", "20"), "timeout is 20000 ms, and forwarder.timeout is 28000 ms"),
                wrong(Map.of("callers", "a"), "callers is given, but is no setting of the scenario webhook"),
                wrong(Map.of("warmEnvironments", "101"), "environments is 101"),
                wrong(
                        Map.of("instanceSecret", "a"),
                        "instanceSecret is given, but is no setting of the scenario webhook"),
                wrong(Map.of("authorizerArchive", "gone.zip"), "functionArchive: there is no file "));
    }

    private static Arguments wrong(Map<String, String> context, String message) {
        return Arguments.of(context, message);
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void rejectsInvalidContextWithOneSentence(Map<String, String> context, String message) {
        assertThatThrownBy(() -> template(Scenario.WEBHOOK, context))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void targetIsNoSettingOfTheDemonstration() {
        assertThatThrownBy(() -> template(Scenario.WEBHOOK_DEMO, Map.of("target", "http://orders")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("target is given, but is no setting of the scenario webhook-demo");
    }

    @Test
    void eachScenarioHasAStackNameOfItsOwn() {
        assertThat(Arrays.stream(Scenario.values()).map(Scenario::defaultStackName))
                .doesNotHaveDuplicates();
    }
}
