package dev.tailnetproxy.cdk;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailnetproxy.cdk.support.TestStack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Template;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ec2.VpcAttributes;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.secretsmanager.SecretAttributes;
import software.amazon.awscdk.services.sns.Topic;

/** The rights of the function itself, statement by statement. */
class ProxyRoleTest {

    private static final String LOG = "[\"logs:CreateLogStream\",\"logs:PutLogEvents\"]";
    private static final String SECRET = "\"secretsmanager:GetSecretValue\"";

    @TempDir
    private Path folder;

    private TestStack testStack;

    @BeforeEach
    void testStack() {
        testStack = new TestStack(folder);
    }

    /** The statements of the role by their actions. */
    private Map<String, JsonNode> statements(Consumer<TailscaleProxyProps.Builder> props) {
        testStack.proxy(props);
        Map<String, JsonNode> statements = new TreeMap<>();
        testStack
                .onlyResource("AWS::IAM::Policy")
                .at("/Properties/PolicyDocument/Statement")
                .forEach(statement -> statements.put(statement.at("/Action").toString(), statement));
        assertThat(testStack.onlyResource("AWS::IAM::Role").at("/Properties").has("ManagedPolicyArns"))
                .isFalse();
        return statements;
    }

    private static JsonNode statement(Map<String, JsonNode> statements, String action) {
        return requireNonNull(statements.get(action), action);
    }

    @Test
    void mayWriteLogAndReadSecret() {
        Map<String, JsonNode> statements = statements(props -> {});

        assertThat(statements).containsOnlyKeys(LOG, SECRET);
        assertThat(statement(statements, LOG).at("/Resource/Fn::GetAtt/0").asText())
                .startsWith("ProxyLogGroup");
        assertThat(statement(statements, SECRET).at("/Resource").toString())
                .contains(":secret:tailscale/auth-key-??????");
    }

    @Test
    void federatedIdentityMayRequestTokensForOneAudience() throws IOException {
        Map<String, JsonNode> statements = statements(props -> props.credentials(
                        TailnetCredentials.federatedIdentity("client", "the-audience"))
                .node(NodeOptions.builder().addAdvertiseTags("tag:lambda").build()));

        assertThat(statements).containsOnlyKeys(LOG, "\"sts:GetWebIdentityToken\"");
        assertThat(statement(statements, "\"sts:GetWebIdentityToken\"").at("/Condition"))
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                        {"ForAllValues:StringEquals": {"sts:IdentityTokenAudience": "the-audience"},
                         "Null": {"sts:IdentityTokenAudience": "false"},
                         "NumericLessThanEquals": {"sts:DurationSeconds": 60}}"""));
    }

    @Test
    void mayPublishMetricsOfOneNamespace() {
        Map<String, JsonNode> statements = statements(props -> props.proxyOptions(
                ProxyOptions.builder().metrics(MetricsDestination.CLOUDWATCH).build()));

        assertThat(statements).containsOnlyKeys(LOG, SECRET, "\"cloudwatch:PutMetricData\"");
        assertThat(statement(statements, "\"cloudwatch:PutMetricData\"")
                        .at("/Condition/StringEquals/cloudwatch:namespace")
                        .asText())
                .isEqualTo("tailscale-service");
    }

    @Test
    void mayDecryptEnvironmentVariables() {
        String key = "arn:aws:kms:us-east-1:123456789012:key/some";
        Map<String, JsonNode> statements =
                statements(props -> props.environmentEncryption(Key.fromKeyArn(testStack.stack(), "Key", key)));

        assertThat(statements).containsOnlyKeys(LOG, SECRET, "\"kms:Decrypt\"");
        assertThat(statement(statements, "\"kms:Decrypt\"").at("/Resource").asText())
                .isEqualTo(key);
    }

    @Test
    void mayDecryptSecretViaSecretsManagerOnly() {
        String key = "arn:aws:kms:us-east-1:123456789012:key/some";
        Map<String, JsonNode> statements =
                statements(props -> props.credentials(TailnetCredentials.authKey(Secret.fromSecretAttributes(
                        testStack.stack(),
                        "Encrypted",
                        SecretAttributes.builder()
                                .secretCompleteArn("arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf")
                                .encryptionKey(Key.fromKeyArn(testStack.stack(), "Key", key))
                                .build()))));

        assertThat(statements).containsOnlyKeys(LOG, SECRET, "\"kms:Decrypt\"");
        JsonNode decrypt = statement(statements, "\"kms:Decrypt\"");
        assertThat(decrypt.at("/Resource").asText()).isEqualTo(key);
        assertThat(decrypt.at("/Condition/StringEquals/kms:ViaService").asText())
                .isEqualTo("secretsmanager.us-east-1.amazonaws.com");
    }

    @Test
    void mayReadExactSecretArn() {
        String secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf";
        Map<String, JsonNode> statements = statements(props -> props.credentials(
                TailnetCredentials.authKey(Secret.fromSecretCompleteArn(testStack.stack(), "Whole", secret))));

        assertThat(statement(statements, SECRET).at("/Resource").asText()).isEqualTo(secret);
    }

    @Test
    void keyPolicyOfSameAppSecretAllowsSecretsManagerOnly() {
        Key key = new Key(testStack.stack(), "Key");
        testStack.proxy(
                props -> props.credentials(TailnetCredentials.authKey(Secret.Builder.create(testStack.stack(), "Own")
                        .encryptionKey(key)
                        .build())));

        assertThat(testStack
                        .onlyResource("AWS::KMS::Key")
                        .at("/Properties/KeyPolicy/Statement")
                        .toString())
                .contains("kms:ViaService", "\"ProxyRole");
    }

    @Test
    void decryptsASecretOfAnotherStackOfTheSameAppThroughSecretsManagerAlone() {
        Stack secrets = new Stack(testStack.app(), "Secrets");
        Key key = new Key(secrets, "Key");
        Secret secret = Secret.Builder.create(secrets, "Own").encryptionKey(key).build();
        Map<String, JsonNode> statements = statements(props -> props.credentials(TailnetCredentials.authKey(secret)));

        assertThat(statements).containsOnlyKeys(LOG, SECRET, "\"kms:Decrypt\"");
        assertThat(statement(statements, "\"kms:Decrypt\"")
                        .at("/Condition/StringEquals")
                        .toString())
                .startsWith("{\"kms:ViaService\"");
        assertThat(TestStack.json(Template.fromStack(secrets))
                        .findValue("KeyPolicy")
                        .toString())
                .doesNotContain("ProxyRole");
    }

    @Test
    void hasNetworkInterfaceActionsInVpc() {
        Map<String, JsonNode> statements = statements(props -> props.vpc(Vpc.fromVpcAttributes(
                testStack.stack(),
                "Vpc",
                VpcAttributes.builder()
                        .vpcId("vpc-0123456789abcdef0")
                        .availabilityZones(List.of("us-east-1a"))
                        .privateSubnetIds(List.of("subnet-0123456789abcdef0"))
                        .privateSubnetRouteTableIds(List.of("rtb-0123456789abcdef0"))
                        .build())));

        assertThat(statements)
                .containsOnlyKeys(
                        LOG,
                        SECRET,
                        "[\"ec2:AssignPrivateIpAddresses\",\"ec2:CreateNetworkInterface\","
                                + "\"ec2:DeleteNetworkInterface\",\"ec2:DescribeNetworkInterfaces\","
                                + "\"ec2:DescribeSubnets\",\"ec2:UnassignPrivateIpAddresses\"]");
    }

    @Test
    void keyPolicyAllowsCloudWatchLogsOnly() {
        testStack.proxy(props -> props.logEncryption(new Key(testStack.stack(), "Key")));

        JsonNode logs = testStack.onlyResource("AWS::KMS::Key").at("/Properties/KeyPolicy/Statement/1");
        assertThat(logs.at("/Principal/Service").asText()).startsWith("logs.");
        assertThat(logs.at("/Condition/ArnLike").toString())
                .contains("kms:EncryptionContext:aws:logs:arn", ":log-group:*");
        assertThat(testStack
                        .onlyResource("AWS::Logs::LogGroup")
                        .at("/Properties/KmsKeyId/Fn::GetAtt/0")
                        .asText())
                .startsWith("Key");
    }

    @Test
    void acceptsGrantsThroughConstruct() {
        TailscaleProxy proxy = testStack.proxy();
        new Topic(testStack.stack(), "Topic").grantPublish(proxy);

        assertThat(testStack.onlyResource("AWS::IAM::Policy").toString())
                .contains("\"sns:Publish\"", "\"Ref\":\"ProxyRole");
    }
}
