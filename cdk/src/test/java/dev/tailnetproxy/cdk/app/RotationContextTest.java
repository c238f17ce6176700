package dev.tailnetproxy.cdk.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.cdk.support.TestStack;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Template;

/** The settings of the scenario with the key rotation. */
class RotationContextTest {

    private static final String KEY = "arn:aws:kms:us-east-1:123456789012:key/";

    @TempDir
    private Path folder;

    private Stack stack(Map<String, String> context) {
        return ScenarioApps.stack(folder, ScenarioApps.with(ScenarioApps.required(Scenario.ROTATION), context));
    }

    private JsonNode template(Map<String, String> context) {
        return TestStack.json(Template.fromStack(stack(context)));
    }

    @Test
    void everyContextNameReachesTemplate() {
        String template = template(Map.ofEntries(
                        Map.entry("secret", "edge/key"),
                        Map.entry("secretField", "authKey"),
                        Map.entry("secretKey", KEY + "secret"),
                        Map.entry("credentials", "edge/api"),
                        Map.entry("credentialsKey", KEY + "api"),
                        Map.entry("nodeTags", "tag:lambda, tag:edge"),
                        Map.entry("periodDays", "20"),
                        Map.entry("keyDays", "40"),
                        Map.entry("overlapHours", "12"),
                        Map.entry("rotateImmediately", "false"),
                        Map.entry("headscaleUrl", "https://headscale.example"),
                        Map.entry("headscaleUser", "7"),
                        Map.entry("logKey", KEY + "log"),
                        Map.entry("environmentKey", KEY + "variables"),
                        Map.entry("functionName", "rotation"),
                        Map.entry("architecture", "arm64"),
                        Map.entry("memorySize", "320"),
                        Map.entry("timeoutSeconds", "45")))
                .toString();

        assertThat(template)
                .contains(
                        "\"SecretId\":\"edge/key\"",
                        "\"TS_SECRET_KEY_FIELD\":\"authKey\"",
                        "\"TS_ROTATION_CREDENTIALS_SECRET\":\"edge/api\"",
                        "\"Resource\":\"" + KEY + "secret\"",
                        KEY + "api",
                        "\"TS_ROTATION_TAGS\":\"tag:lambda,tag:edge\"",
                        "\"AutomaticallyAfterDays\":20",
                        "\"TS_ROTATION_KEY_DAYS\":\"40\"",
                        "\"TS_ROTATION_OVERLAP_HOURS\":\"12\"",
                        "\"RotateImmediatelyOnUpdate\":false",
                        "\"TS_ROTATION_API_URL\":\"https://headscale.example\"",
                        "\"TS_ROTATION_HEADSCALE_USER\":\"7\"",
                        "\"KmsKeyId\":\"" + KEY + "log\"",
                        "\"KmsKeyArn\":\"" + KEY + "variables\"",
                        "\"FunctionName\":\"rotation\"",
                        "\"MemorySize\":320",
                        "\"Timeout\":45");
    }

    /** A stack replaces all that was deployed under its name. */
    @Test
    void scenariosHaveStacksOfTheirOwn() {
        assertThat(stack(Map.of()).getStackName()).isEqualTo("TailnetProxyKeyRotation");
        assertThat(Stream.of(Scenario.values()).map(Scenario::defaultStackName)).doesNotHaveDuplicates();
    }

    @Test
    void defaultsFitTheProxysSecret() {
        String proxy = TestStack.json(Template.fromStack(ScenarioApps.stack(folder, Map.of())))
                .findValue("TS_SECRET_API_KEY")
                .asText();

        JsonNode rotation = template(Map.of());

        assertThat(rotation.findValue("SecretId").asText()).isEqualTo(proxy);
        assertThat(rotation.findValue("TS_ROTATION_CREDENTIALS_SECRET").asText())
                .isEqualTo("tailscale/api");
        assertThat(rotation.findValue("AutomaticallyAfterDays").asInt()).isEqualTo(60);
        assertThat(rotation.findValue("RotateImmediatelyOnUpdate").asBoolean()).isTrue();
    }

    @Test
    void outputsIdentifyFunctionAndAlarm() {
        JsonNode outputs = template(Map.of()).at("/Outputs");

        assertThat(outputs.at("/FunctionName/Value/Ref").asText()).startsWith("RotationFunction");
        assertThat(outputs.at("/AlarmName/Value/Ref").asText()).startsWith("RotationFailureAlarm");
    }

    @Test
    void blankSettingOfAnotherScenarioIsIgnored() {
        assertThat(template(Map.of("callers", "", "warmEnvironments", " ")).toString())
                .contains("removeOldKeys");
    }

    static Stream<Arguments> invalidContexts() {
        return Stream.of(
                Arguments.of(
                        Map.of("callers", "arn:aws:iam::210987654321:role/caller"),
                        "callers is given, but is no setting of the scenario rotation: "),
                Arguments.of(Map.of("nodeTags", ""), "nodeTags is empty"),
                Arguments.of(Map.of("periodDays", "monthly"), "periodDays is \"monthly\": give a whole number"),
                Arguments.of(Map.of("keyDays", "60"), "keyDays is 60 and periodDays is 60"),
                Arguments.of(Map.of("rotateImmediately", "no"), "rotateImmediately is \"no\": give true or false"),
                Arguments.of(Map.of("credentialsKey", "alias/a"), "credentialsKey is \"alias/a\": give the key's ARN"),
                Arguments.of(
                        Map.of("credentials", "arn:aws:secretsmanager:us-east-1:123456789012:secret:api"),
                        "credentials is \"arn:aws:secretsmanager:us-east-1:123456789012:secret:api\": give the whole ARN"),
                Arguments.of(Map.of("credentials", "tskey-client-k"), "the secret's name is a key itself"),
                Arguments.of(Map.of("headscaleUser", "7"), "headscaleUrl and headscaleUser belong together"));
    }

    @ParameterizedTest
    @MethodSource("invalidContexts")
    void rejectsInvalidContextWithOneSentence(Map<String, String> context, String message) {
        assertThatThrownBy(() -> stack(context))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("\n");
    }
}
