package dev.tailnetproxy.integration;

import static dev.tailnetproxy.integration.RotatedKey.publicPart;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.testkit.CdkCli;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The scenario {@code rotation}, deployed by the CDK CLI without the schedule, which the local AWS does not know: the test invokes
 * the steps with the events of Secrets Manager. {@link KeyRotationIT} has a Secrets Manager that begins rotations. The steps build
 * on each other.
 */
@SecondLane
@ExtendWith(AwsDeploymentExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeployedRotationIT {

    private static final String STACK = "TailnetProxyKeyRotation";
    private static final String SECRET = "deployed-rotation/auth-key";
    private static final String CREDENTIALS = "deployed-rotation/api";
    private static final String TAG = "tag:lambda";
    private static final String SCHEDULE = "AWS::SecretsManager::RotationSchedule";
    private static final List<String> STEPS = List.of("createSecret", "setSecret", "testSecret", "finishSecret");

    private final Tailnet tailnet;
    private final AwsDeployment deployment;
    private final DeployedAccount account;
    private final long user;
    private Map<String, String> outputs = Map.of();

    DeployedRotationIT(Tailnet tailnet, AwsDeployment deployment) {
        this.tailnet = tailnet;
        this.deployment = deployment;
        this.account = new DeployedAccount(deployment.api(), STACK);
        this.user = tailnet.control().createUser("deployed-rotation");
    }

    @BeforeAll
    void createSecrets() {
        deployment
                .cdk()
                .createSecret(SECRET, tailnet.control().createAuthKey(user).value());
        deployment.cdk().createSecret(CREDENTIALS, tailnet.control().createApiKey());
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("scenario", "rotation");
        settings.put("secret", SECRET);
        settings.put("credentials", CREDENTIALS);
        settings.put("nodeTags", TAG);
        settings.put("headscaleUrl", tailnet.control().loginServer());
        settings.put("headscaleUser", Long.toString(user));
        return settings;
    }

    @Test
    @Order(1)
    void deploysWithoutSchedule() throws Exception {
        deployment.cdk().run("synth", settings(), List.of("--quiet"));
        removeSchedule();

        String printed = deployment.cdk().runAssembled("deploy", List.of("--require-approval", "never"));

        outputs = CdkCli.outputs(printed);
        assertThat(outputs).containsKeys("FunctionName", "AlarmName");
    }

    private void removeSchedule() throws IOException {
        Path file = deployment.cdk().assembly().resolve(STACK + ".template.json");
        JsonObject template = new JsonObject(Files.readString(file));
        JsonObject resources = template.getJsonObject("Resources");
        List<String> schedules = resources.fieldNames().stream()
                .filter(name -> SCHEDULE.equals(resources.getJsonObject(name).getString("Type")))
                .toList();
        assertThat(schedules).hasSize(1);
        resources.remove(schedules.get(0));
        Files.writeString(file, template.encodePrettily());
    }

    /** The local AWS has no versions without a value, with which a rotation begins, so the key is made here. */
    @Test
    @Order(2)
    void stepsFinishRotationWithRightsOfRole() {
        String before = value("AWSCURRENT");
        String made = tailnet.control().createAuthKey(user, TAG).value();
        String version = startRotation(made);

        for (String step : STEPS) {
            JsonObject event = new JsonObject()
                    .put("Step", step)
                    .put("SecretId", secret().getString("ARN"))
                    .put("ClientRequestToken", version);
            assertThat(account.invoke(output("FunctionName"), event)).isEqualTo("\"" + step + "\"");
        }

        assertThat(value("AWSCURRENT")).isEqualTo(made);
        assertThat(value("AWSPREVIOUS")).isEqualTo(before);
        assertThat(tailnet.control().validKeys(user)).anyMatch(key -> key.startsWith(publicPart(made)));
    }

    @Test
    @Order(3)
    void eventOfScheduleIsUnderstood() {
        assertThat(account.events()).singleElement().satisfies(event -> assertThat(
                        account.invoke(output("FunctionName"), new JsonObject(event)))
                .isEqualTo("\"removeOldKeys\""));
    }

    @Test
    @Order(4)
    void destroyLeavesNothing() throws Exception {
        deployment.cdk().runAssembled("destroy", List.of("--force"));
        deployment.aws().endExecutionEnvironments();

        assertThat(account.remains()).isEmpty();
    }

    /** The secret is rotated from now on, and has a version with a label that says so. */
    private String startRotation(String made) {
        secretsManager(
                "RotateSecret",
                new JsonObject()
                        .put(
                                "RotationLambdaARN",
                                account.function(output("FunctionName")).getString("FunctionArn"))
                        .put("RotationRules", new JsonObject().put("AutomaticallyAfterDays", 60)));
        String version = UUID.randomUUID().toString();
        secretsManager(
                "PutSecretValue",
                new JsonObject()
                        .put("ClientRequestToken", version)
                        .put("SecretString", made)
                        .put("VersionStages", new JsonArray().add("AWSPENDING")));
        return version;
    }

    private String output(String name) {
        return Objects.requireNonNull(outputs.get(name), name);
    }

    private JsonObject secret() {
        return secretsManager("DescribeSecret", new JsonObject());
    }

    private String value(String label) {
        return secretsManager("GetSecretValue", new JsonObject().put("VersionStage", label))
                .getString("SecretString");
    }

    private JsonObject secretsManager(String action, JsonObject parameters) {
        return deployment.api().json("secretsmanager", "secretsmanager." + action, parameters.put("SecretId", SECRET));
    }
}
