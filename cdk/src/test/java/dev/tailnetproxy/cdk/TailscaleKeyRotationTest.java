package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailnetproxy.cdk.support.TestArchives;
import dev.tailnetproxy.cdk.support.TestStack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.secretsmanager.Secret;

class TailscaleKeyRotationTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private TestStack testStack;

    @BeforeEach
    void testStack() {
        testStack = new TestStack(folder);
    }

    private TailscaleKeyRotation rotation(Consumer<TailscaleKeyRotationProps.Builder> more) {
        TailscaleKeyRotationProps.Builder props = TailscaleKeyRotationProps.builder()
                .functionArchive(testStack.archives().nativeFor(TestArchives.ELF_AARCH64))
                .secret(testStack.secret())
                .credentials(Secret.fromSecretNameV2(testStack.stack(), "Credentials", "tailscale/api"))
                .addNodeTags("tag:lambda");
        more.accept(props);
        return new TailscaleKeyRotation(testStack.stack(), "Rotation", props.build());
    }

    private List<JsonNode> resources(String type) {
        List<JsonNode> found = new ArrayList<>();
        testStack.template().findResources(type).values().forEach(resource -> found.add(JSON.valueToTree(resource)));
        return found;
    }

    @Test
    void rotatesEvery60Days() {
        rotation(props -> {});

        JsonNode schedule =
                resources("AWS::SecretsManager::RotationSchedule").get(0).path("Properties");
        assertThat(schedule.at("/RotationRules/AutomaticallyAfterDays").asInt()).isEqualTo(60);
        assertThat(schedule.path("RotateImmediatelyOnUpdate").asBoolean()).isTrue();
    }

    @Test
    void onlySecretsManagerOfThisAccountMayInvoke() {
        rotation(props -> {});

        assertThat(resources("AWS::Lambda::Permission"))
                .hasSize(2)
                .allSatisfy(permission -> assertThat(
                                permission.at("/Properties/SourceAccount").isMissingNode()
                                        && permission.at("/Properties/SourceArn").isMissingNode())
                        .isFalse());
    }

    @Test
    void roleHasNoRightOnAllResources() {
        rotation(props -> {});

        assertThat(resources("AWS::IAM::Policy"))
                .isNotEmpty()
                .allSatisfy(policy -> policy.at("/Properties/PolicyDocument/Statement")
                        .forEach(statement -> assertThat(statement.path("Resource").toString())
                                .isNotEqualTo("\"*\"")));
        assertThat(resources("AWS::IAM::Policy").toString())
                .contains(
                        "secretsmanager:PutSecretValue",
                        "secretsmanager:UpdateSecretVersionStage",
                        "secretsmanager:DescribeSecret")
                .doesNotContain("GetRandomPassword", "CreateSecret", "DeleteSecret");
    }

    @Test
    void failedRotationRaisesAnAlarm() {
        rotation(props -> {});

        JsonNode alarm = resources("AWS::CloudWatch::Alarm").get(0).path("Properties");
        assertThat(alarm.path("MetricName").asText()).isEqualTo("Errors");
        assertThat(alarm.path("Threshold").asInt()).isEqualTo(1);
    }

    @Test
    void oneRotationAtATime() {
        rotation(props -> props.overlap(Duration.hours(3)));

        JsonNode function = resources("AWS::Lambda::Function").get(0).path("Properties");
        assertThat(function.path("ReservedConcurrentExecutions").asInt()).isEqualTo(1);
        assertThat(function.at("/Environment/Variables/TS_ROTATION_OVERLAP_HOURS").asText())
                .isEqualTo("3");
    }

    @Test
    void keyHasToOutliveThePeriod() {
        assertThatThrownBy(() -> rotation(props -> props.periodDays(60).keyDays(60)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("keyDays");
    }

    @Test
    void headscaleNeedsAUser() {
        assertThatThrownBy(() -> rotation(props -> props.headscaleUrl("https://headscale.example")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("headscaleUser");
    }
}
