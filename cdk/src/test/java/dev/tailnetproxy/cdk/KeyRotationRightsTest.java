package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.cdk.support.TestStack;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.secretsmanager.SecretProps;

/** What the key rotation may do, and who may invoke it. */
class KeyRotationRightsTest {

    private static final String KEY = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

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
    void onlySecretsManagerOfThisAccountAndDailyRuleMayInvoke() {
        test.rotation();

        List<JsonNode> permissions = TestStack.json(testStack.template())
                .at("/Resources")
                .valueStream()
                .filter(resource -> resource.at("/Type").asText().equals("AWS::Lambda::Permission"))
                .toList();
        assertThat(permissions).hasSize(2).allSatisfy(permission -> assertThat(
                        permission.at("/Properties/Action").asText())
                .isEqualTo("lambda:InvokeFunction"));
        assertThat(permissions)
                .extracting(permission -> permission.at("/Properties/Principal").asText()
                        + permission.at("/Properties/SourceAccount").asText()
                        + permission
                                .at("/Properties/SourceArn/Fn::GetAtt/0")
                                .asText()
                                .replaceAll("[0-9A-F]{8}$", ""))
                .containsExactlyInAnyOrder(
                        "secretsmanager.amazonaws.com123456789012", "events.amazonaws.comRotationRemoval");
    }

    @Test
    void roleMayRotateOneSecretReadAnotherAndWriteItsLog() {
        test.rotation();

        String log = testStack
                .template()
                .findResources("AWS::Logs::LogGroup")
                .keySet()
                .iterator()
                .next();
        String logGroup = "{\"Fn::GetAtt\":[\"" + log + "\",\"Arn\"]}";
        assertThat(rights())
                .containsExactlyInAnyOrder(
                        "logs:CreateLogStream on " + logGroup,
                        "logs:PutLogEvents on " + logGroup,
                        "secretsmanager:GetSecretValue on \"" + TestRotation.CREDENTIALS + "\"",
                        "secretsmanager:GetSecretValue on \"" + TestRotation.SECRET + "\"",
                        "secretsmanager:DescribeSecret on \"" + TestRotation.SECRET + "\"",
                        "secretsmanager:PutSecretValue on \"" + TestRotation.SECRET + "\"",
                        "secretsmanager:UpdateSecretVersionStage on \"" + TestRotation.SECRET + "\"");
    }

    private JsonNode statements() {
        return testStack.onlyResource("AWS::IAM::Policy").at("/Properties/PolicyDocument/Statement");
    }

    /** One for each action and resource, however the CDK groups them. */
    private List<String> rights() {
        return statements()
                .valueStream()
                .flatMap(statement -> words(statement.at("/Action")).flatMap(action -> words(statement.at("/Resource"))
                        .map(resource -> action.asText() + " on " + resource + condition(statement))))
                .toList();
    }

    private static Stream<JsonNode> words(JsonNode oneOrMany) {
        return oneOrMany.isArray() ? oneOrMany.valueStream() : Stream.of(oneOrMany);
    }

    private static String condition(JsonNode statement) {
        return statement.has("Condition") ? " if " + statement.at("/Condition") : "";
    }

    @Test
    void givenKeysAreUsedViaSecretsManagerOnly() {
        test.rotation(props -> props.secretEncryptionKey(Key.fromKeyArn(testStack.stack(), "SecretKey", KEY))
                .credentialsEncryptionKey(Key.fromKeyArn(testStack.stack(), "ApiKey", KEY + "2")));

        String condition = " if {\"StringEquals\":{\"kms:ViaService\":\"secretsmanager.eu-central-1.amazonaws.com\"}}";
        assertThat(rights().stream().filter(right -> right.startsWith("kms:")))
                .containsExactlyInAnyOrder(
                        "kms:Decrypt on \"" + KEY + "\"" + condition,
                        "kms:GenerateDataKey on \"" + KEY + "\"" + condition,
                        "kms:Decrypt on \"" + KEY + "2\"" + condition);
    }

    /** The last word of such a name looks like the six characters that Secrets Manager adds to an ARN. */
    @Test
    void secretsAreNamedAsSecretsManagerFindsThem() {
        test.rotation(props -> props.secret(Secret.fromSecretNameV2(testStack.stack(), "Named", "tailscale/my-secret"))
                .credentials(Secret.fromSecretNameV2(testStack.stack(), "NamedApi", "tailscale/my-client")));

        assertThat(testStack.variables()).containsEntry("TS_ROTATION_CREDENTIALS_SECRET", "tailscale/my-client");
        assertThat(testStack
                        .onlyResource("AWS::SecretsManager::RotationSchedule")
                        .at("/Properties/SecretId")
                        .asText())
                .isEqualTo("tailscale/my-secret");
        assertThat(test.removalEvent()).contains("\"SecretId\":\"tailscale/my-secret\"");
        assertThat(statements().toString()).contains("secret:tailscale/my-secret-??????");
    }

    @Test
    void secretOfTheSameStackIsRotated() {
        Key key = new Key(testStack.stack(), "OwnKey");
        ISecret own = new Secret(
                testStack.stack(),
                "Own",
                SecretProps.builder().encryptionKey(key).build());
        test.rotation(props -> props.secret(own));

        assertThat(testStack
                        .onlyResource("AWS::SecretsManager::RotationSchedule")
                        .at("/Properties/SecretId/Ref")
                        .asText())
                .startsWith("Own");
        assertThat(rights())
                .anyMatch(right -> right.startsWith("kms:Decrypt on ") && right.contains(" if "))
                .anyMatch(right -> right.startsWith("kms:GenerateDataKey on ") && right.contains(" if "))
                .noneMatch(right -> right.contains(" on \"*\""));
    }

    @Test
    void keyInPlaceOfSecretNameIsRefused() {
        ISecret key = Secret.fromSecretNameV2(testStack.stack(), "Wrong", "tskey-client-k");

        assertThatThrownBy(() -> test.rotation(props -> props.credentials(key)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the secret's name is a key itself");
    }
}
