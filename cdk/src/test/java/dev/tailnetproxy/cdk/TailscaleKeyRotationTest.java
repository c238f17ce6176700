package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.cdk.support.TestStack;
import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.sns.Topic;

/** The function that Secrets Manager calls, its rights, its schedules and its alarm. */
class TailscaleKeyRotationTest {

    @TempDir
    private Path folder;

    private TestStack testStack;
    private TestRotation test;

    @BeforeEach
    void testStack() {
        testStack = TestStack.in(folder, "eu-central-1");
        test = new TestRotation(testStack);
    }

    @Test
    void rotatesEvery60Days() {
        test.rotation();

        JsonNode schedule = testStack.onlyResource("AWS::SecretsManager::RotationSchedule");
        assertThat(schedule.at("/Properties/SecretId").asText()).isEqualTo(TestRotation.SECRET);
        assertThat(schedule.at("/Properties/RotationLambdaARN/Fn::GetAtt/0").asText())
                .startsWith("RotationFunction");
        assertThat(schedule.at("/Properties/RotationRules")).hasToString("{\"AutomaticallyAfterDays\":60}");
        assertThat(schedule.at("/Properties/RotateImmediatelyOnUpdate").asBoolean())
                .isTrue();
    }

    @Test
    void firstRotationMayWait() {
        test.rotation(props -> props.rotateImmediately(false).periodDays(30));

        JsonNode schedule = testStack.onlyResource("AWS::SecretsManager::RotationSchedule");
        assertThat(schedule.at("/Properties/RotationRules/AutomaticallyAfterDays")
                        .asInt())
                .isEqualTo(30);
        assertThat(schedule.at("/Properties/RotateImmediatelyOnUpdate").asBoolean(true))
                .isFalse();
    }

    /** Secrets Manager invokes the function while CloudFormation creates the schedule. */
    @Test
    void scheduleIsCreatedAfterPermissionAndRights() {
        test.rotation();

        assertThat(testStack
                        .onlyResource("AWS::SecretsManager::RotationSchedule")
                        .at("/DependsOn"))
                .extracting(JsonNode::asText)
                .anyMatch(id -> id.startsWith("RotationFunctionSecretsManager"));
        assertThat(testStack.onlyResource("AWS::Lambda::Function").at("/DependsOn"))
                .extracting(JsonNode::asText)
                .anyMatch(id -> id.startsWith("RotationRoleDefaultPolicy"));
    }

    @Test
    void oldKeysAreLookedForEachDay() {
        test.rotation();

        JsonNode rule = testStack.onlyResource("AWS::Events::Rule").at("/Properties");
        assertThat(rule.at("/ScheduleExpression").asText()).isEqualTo("rate(1 day)");
        assertThat(rule.at("/State").asText()).isEqualTo("ENABLED");
        assertThat(test.removalEvent())
                .isEqualTo("{\"SecretId\":\"" + TestRotation.SECRET + "\",\"Step\":\"removeOldKeys\"}");
    }

    @Test
    void failedRotationRaisesAlarm() {
        test.rotation(props -> props.addAlarmActions(new SnsAction(
                Topic.fromTopicArn(testStack.stack(), "Topic", "arn:aws:sns:eu-central-1:123456789012:t"))));

        JsonNode alarm = testStack.onlyResource("AWS::CloudWatch::Alarm").at("/Properties");
        assertThat(alarm.at("/Namespace").asText()).isEqualTo("AWS/Lambda");
        assertThat(alarm.at("/MetricName").asText()).isEqualTo("Errors");
        assertThat(alarm.at("/Dimensions/0/Value/Ref").asText()).startsWith("RotationFunction");
        assertThat(alarm.at("/Threshold").asInt()).isEqualTo(1);
        assertThat(alarm.at("/ComparisonOperator").asText()).isEqualTo("GreaterThanOrEqualToThreshold");
        assertThat(alarm.at("/TreatMissingData").asText()).isEqualTo("notBreaching");
        assertThat(alarm.at("/AlarmActions")).hasToString("[\"arn:aws:sns:eu-central-1:123456789012:t\"]");
    }

    @Test
    void rotationsDoNotOverlap() {
        test.rotation();

        assertThat(testStack
                        .onlyResource("AWS::Lambda::Function")
                        .at("/Properties/ReservedConcurrentExecutions")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void functionKnowsTailscaleByDefault() {
        test.rotation(
                props -> props.overlap(Duration.days(2)).secretKeyField("key").addNodeTags("tag:edge"));

        assertThat(testStack.variables())
                .containsEntry("TS_ROTATION_CREDENTIALS_SECRET", TestRotation.CREDENTIALS)
                .containsEntry("TS_ROTATION_TAGS", "tag:lambda,tag:edge")
                .containsEntry("TS_ROTATION_KEY_DAYS", "90")
                .containsEntry("TS_ROTATION_OVERLAP_HOURS", "48")
                .containsEntry("TS_SECRET_KEY_FIELD", "key")
                .doesNotContainKeys("TS_ROTATION_CONTROL_SERVER", "TS_ROTATION_API_URL", "TS_ROTATION_HEADSCALE_USER");
    }

    @Test
    void functionKnowsHeadscale() {
        test.rotation(props -> props.headscaleUrl("https://headscale.example").headscaleUser(7));

        assertThat(testStack.variables())
                .containsEntry("TS_ROTATION_CONTROL_SERVER", "headscale")
                .containsEntry("TS_ROTATION_API_URL", "https://headscale.example")
                .containsEntry("TS_ROTATION_HEADSCALE_USER", "7");
    }

    @Test
    void cdkNagReportsNothing() {
        test.rotation();
        Aspects.of(testStack.stack()).add(new AwsSolutionsChecks());

        Annotations found = Annotations.fromStack(testStack.stack());
        found.hasNoError("*", Match.stringLikeRegexp("AwsSolutions-.*"));
        found.hasNoWarning("*", Match.stringLikeRegexp("AwsSolutions-.*"));
    }

    static Stream<Arguments> wrongProperties() {
        return Stream.of(
                wrong("nodeTags is empty", props -> props.nodeTags(List.of())),
                wrong("nodeTags has \"lambda\"", props -> props.addNodeTags("lambda")),
                wrong("periodDays is 90: give a whole number from 1 to 89", props -> props.periodDays(90)),
                wrong("keyDays is 91: give a whole number from 1 to 90", props -> props.keyDays(91)),
                wrong("keyDays is 60 and periodDays is 60: ", props -> props.keyDays(60)),
                wrong(
                        "overlap is 5400000 ms: give a duration of whole hours",
                        props -> props.overlap(Duration.minutes(90))),
                wrong("overlap is 7779600000 ms: give", props -> props.overlap(Duration.hours(2161))),
                wrong("headscaleUrl is \"headscale\"", props -> props.headscaleUrl("headscale")
                        .headscaleUser(1)),
                wrong("headscaleUrl and headscaleUser belong", props -> props.headscaleUrl("https://h.example")),
                wrong("headscaleUrl and headscaleUser belong", props -> props.headscaleUser(1)),
                wrong("headscaleUser is 0: give", props -> props.headscaleUrl("https://h.example")
                        .headscaleUser(0)));
    }

    private static Arguments wrong(String message, Consumer<TailscaleKeyRotationProps.Builder> change) {
        return Arguments.of(message, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongProperties")
    void wrongPropertyIsRefused(String message, Consumer<TailscaleKeyRotationProps.Builder> change) {
        TailscaleKeyRotationProps.Builder props = test.props();
        change.accept(props);

        assertThatThrownBy(props::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void defaultArchiveIsThatOfTheBuild() {
        assertThat(TailscaleKeyRotationProps.builder()
                        .secret(test.imported("Key", TestRotation.SECRET))
                        .credentials(test.imported("Api", TestRotation.CREDENTIALS))
                        .addNodeTags("tag:lambda")
                        .build()
                        .getFunctionArchive())
                .endsWith("/key-rotation-quarkus/target/function.zip");
    }
}
