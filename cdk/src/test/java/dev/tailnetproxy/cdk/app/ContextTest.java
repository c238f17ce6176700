package dev.tailnetproxy.cdk.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailnetproxy.cdk.support.Repository;
import dev.tailnetproxy.cdk.support.TestStack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.assertions.Template;

class ContextTest {

    private static final String KEY = "arn:aws:kms:us-east-1:123456789012:key/";

    @TempDir
    private Path folder;

    static Stream<Arguments> invalidContexts() {
        String here = Path.of("").toAbsolutePath().toString();
        return Stream.of(
                Arguments.of(
                        Map.of("warmEnvironment", "3"), "-c warmEnvironment=… is not known: the names are scenario, "),
                Arguments.of(
                        Map.of("scenario", "proxies"),
                        "scenario is \"proxies\": give proxy or rotation or webhook or webhook-demo"),
                Arguments.of(Map.of("nodeTags", "tag:a"), "nodeTags is given, but is no setting of the scenario proxy"),
                Arguments.of(Map.of("architecture", "x86"), "architecture is \"x86\": give x86_64 or arm64"),
                Arguments.of(Map.of("architecture", "x86_64"), "architecture is x86_64, but the executable in "),
                Arguments.of(Map.of("alarms", "yes"), "alarms is \"yes\": give true or false"),
                Arguments.of(Map.of("memorySize", "1GB"), "memorySize is \"1GB\": give a whole number"),
                Arguments.of(Map.of("memorySize", "99999999999"), "memorySize is \"99999999999\": give a whole number"),
                Arguments.of(Map.of("timeoutSeconds", "901"), "timeout is 901000 ms"),
                Arguments.of(Map.of("oauthClient", "true"), "node.advertiseTags is empty"),
                Arguments.of(Map.of("secret", "tskey-auth-k"), "the secret's name is a key itself: store the key in"),
                Arguments.of(
                        Map.of("secret", "arn:aws:secretsmanager:us-east-1:123456789012:secret:tailscale"),
                        "secret is \"arn:aws:secretsmanager:us-east-1:123456789012:secret:tailscale\": give the whole ARN"),
                Arguments.of(
                        Map.of("secretKey", "alias/mine"),
                        "secretKey is \"alias/mine\": give the key's ARN, arn:aws:kms:"),
                Arguments.of(
                        Map.of("clientId", "c", "audience", "a", "secretKey", "k"),
                        "secretKey is given beside clientId, which joins without a secret"),
                Arguments.of(Map.of("callers", "*"), "callers is \"*\": give ARNs of roles or users, arn:aws:iam::"),
                Arguments.of(
                        Map.of("callers", "arn:aws:iam::210987654321:root"),
                        "callers is \"arn:aws:iam::210987654321:root\": give ARNs of roles or users"),
                Arguments.of(Map.of("peers", "some"), "peers is \"some\": give all or listed"),
                Arguments.of(Map.of("peers", "LISTED"), "peers is \"LISTED\": give all or listed"),
                Arguments.of(Map.of("peer", "listed"), "-c peer=… is not known: the names are scenario, "),
                Arguments.of(
                        Map.of("underscoreHeaders", "keep"),
                        "underscoreHeaders is \"keep\": give pass or drop or refuse"),
                Arguments.of(Map.of("metricServices", "orders,:x"), "metricServices has \":x\": give 1 to 128 letters"),
                Arguments.of(
                        Map.of("metricDimensions", "a{b}"), "metricDimensions has \"a{b}\": give 1 to 128 letters"),
                Arguments.of(Map.of("maxConnections", "-1"), "maxConnections is \"-1\": give a whole number"),
                Arguments.of(Map.of("maxConnections", "0"), "maxConnections is 0: give a whole number from 1 to"),
                Arguments.of(
                        Map.of("logKey", "arn:aws:kms:us-east-1:123456789012:alias/logs"),
                        "logKey is \"arn:aws:kms:us-east-1:123456789012:alias/logs\": give the key's ARN, arn:aws:kms:"),
                Arguments.of(
                        Map.of("environmentKey", "1234abcd"),
                        "environmentKey is \"1234abcd\": give the key's ARN, arn:aws:kms:"),
                Arguments.of(Map.of("logEncryption", "k"), "-c logEncryption=… is not known: the names are scenario, "),
                Arguments.of(Map.of("clientId", "c"), "clientId and audience belong together"),
                Arguments.of(Map.of("audience", "a"), "clientId and audience belong together"),
                Arguments.of(
                        Map.of("clientId", "c", "audience", "a", "secret", "s"),
                        "secret is given beside clientId, which joins without a secret"),
                Arguments.of(
                        Map.of("functionArchive", "gone.zip"),
                        "functionArchive: there is no file " + here + "/gone.zip: build"),
                Arguments.of(
                        Map.of("layerArchive", "gone.zip"),
                        "the layer's archive: there is no file " + here + "/gone.zip: build"),
                Arguments.of(Map.of("caBundle", "gone.pem"), "caBundle: there is no file " + here + "/gone.pem: give"),
                Arguments.of(Map.of("caBundle", "/dev/null"), "caBundle: there is no file /dev/null: give"));
    }

    @ParameterizedTest
    @MethodSource("invalidContexts")
    void rejectsInvalidContextWithOneSentence(Map<String, String> context, String message) {
        assertThatThrownBy(() -> ScenarioApps.app(folder, context))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void everyContextNameReachesTemplate() {
        String template = template(Map.ofEntries(
                Map.entry("scenario", "proxy"),
                Map.entry("stackName", "Edge"),
                Map.entry("secret", "tailscale/oauth"),
                Map.entry("secretField", "client_secret"),
                Map.entry("oauthClient", "true"),
                Map.entry("advertiseTags", "tag:lambda, tag:edge"),
                Map.entry("hostname", "edge-proxy"),
                Map.entry("loginServer", "https://headscale.example"),
                Map.entry("exitNode", "auto:any"),
                Map.entry("allowedTargets", "10.0.0.0/8, db.internal:5432"),
                Map.entry("deniedTargets", "10.9.0.0/16"),
                Map.entry("peers", "listed"),
                Map.entry("underscoreHeaders", "refuse"),
                Map.entry("metricServices", "orders, billing"),
                Map.entry("metricDimensions", "site"),
                Map.entry("maxConnections", "16"),
                Map.entry("logKey", KEY + "log"),
                Map.entry("environmentKey", KEY + "variables"),
                Map.entry("functionName", "edge"),
                Map.entry(
                        "caBundle",
                        Repository.file("cdk/src/test/resources/private-authority.pem")
                                .toString()),
                Map.entry("architecture", "arm64"),
                Map.entry("memorySize", "256"),
                Map.entry("timeoutSeconds", "45"),
                Map.entry("reservedConcurrentExecutions", "9"),
                Map.entry("warmEnvironments", "2"),
                Map.entry("callers", "arn:aws:iam::210987654321:role/caller, arn:aws:iam::123456789012:user/caller"),
                Map.entry("alarms", "true"),
                Map.entry("dashboard", "true")));

        assertThat(template)
                .contains(
                        "\"TS_SECRET_API_KEY\":\"tailscale/oauth\"",
                        "\"TS_SECRET_KEY_FIELD\":\"client_secret\"",
                        "\"TS_ADVERTISE_TAGS\":\"tag:lambda,tag:edge\"",
                        "\"TS_HOSTNAME\":\"edge-proxy\"",
                        "\"TS_LOGIN_SERVER\":\"https://headscale.example\"",
                        "\"TS_EXIT_NODE\":\"auto:any\"",
                        "\"TS_PROXY_ALLOWED_TARGETS\":\"10.0.0.0/8,db.internal:5432\"",
                        "\"TS_PROXY_DENIED_TARGETS\":\"10.9.0.0/16\"",
                        "\"TS_PROXY_PEERS\":\"listed\"",
                        "\"TS_PROXY_UNDERSCORE_HEADERS\":\"refuse\"",
                        "\"TS_PROXY_METRIC_SERVICES\":\"orders,billing\"",
                        "\"TS_PROXY_METRIC_DIMENSIONS\":\"site\"",
                        "\"TS_PROXY_MAX_CONNECTIONS\":\"16\"",
                        "\"KmsKeyId\":\"" + KEY + "log\"",
                        "\"KmsKeyArn\":\"" + KEY + "variables\"",
                        "\"FunctionName\":\"edge\"",
                        "\"TS_PROXY_CA_BUNDLE\":\"/opt/tailnet-proxy/ca-bundle.pem\"",
                        "\"TS_EXTRA_CA\":\"/opt/tailnet-proxy/ca-bundle.pem\"",
                        "\"MemorySize\":256",
                        "\"Timeout\":45",
                        "\"ReservedConcurrentExecutions\":9",
                        "\"Principal\":\"arn:aws:iam::210987654321:role/caller\"",
                        "\"Principal\":\"arn:aws:iam::123456789012:user/caller\"",
                        "AWS::Events::Rule",
                        "AWS::CloudWatch::Alarm",
                        "AWS::CloudWatch::Dashboard");
    }

    @Test
    void federatedIdentityReplacesSecret() {
        String template = template(Map.of("clientId", "client", "audience", "audience", "advertiseTags", "tag:lambda"));

        assertThat(template)
                .contains("\"TS_CLIENT_ID\":\"client\"", "\"TS_AUDIENCE\":\"audience\"", "sts:GetWebIdentityToken")
                .doesNotContain("secretsmanager");
    }

    @Test
    void acceptsSecretArn() {
        String arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:tailscale-AbCdEf";

        assertThat(template(Map.of("secret", arn)))
                .contains("\"TS_SECRET_API_KEY\":\"" + arn + "\"", "\"Resource\":\"" + arn + "\"");
    }

    static Stream<Arguments> secrets() {
        return Stream.of(
                Arguments.of(
                        "tailscale/my-secret",
                        "{\"Fn::Join\": [\"\", [\"secretsmanager.\", {\"Ref\": \"AWS::Region\"}, \".amazonaws.com\"]]}"),
                Arguments.of(
                        "arn:aws:secretsmanager:us-east-1:123456789012:secret:tailscale/my-secret-AbCdEf",
                        "\"secretsmanager.us-east-1.amazonaws.com\""));
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void secretKeyIsUsedViaSecretsManagerOnly(String secret, String service) throws IOException {
        String key = KEY + "1234abcd-12ab-34cd-56ef-1234567890ab";
        Template template = Template.fromStack(ScenarioApps.stack(folder, Map.of("secret", secret, "secretKey", key)));

        List<JsonNode> statements = TestStack.json(template).findParents("Action").stream()
                .filter(statement -> statement.at("/Action").asText().startsWith("kms:"))
                .toList();
        assertThat(statements)
                .containsExactly(new ObjectMapper()
                        .readTree(
                                """
                        {"Action": "kms:Decrypt", "Effect": "Allow", "Resource": "%s",
                         "Condition": {"StringEquals": {"kms:ViaService": %s}}}"""
                                        .formatted(key, service)));
    }

    @Test
    void emptyContextValueCountsAsUnset() {
        assertThat(template(Map.of("hostname", "", "warmEnvironments", "0", "alarms", "false")))
                .doesNotContain("TS_HOSTNAME", "AWS::Events::Rule", "AWS::CloudWatch::Alarm");
    }

    @Test
    void outputsIdentifyUrlRoleLayerAndRegion() {
        JsonNode outputs = TestStack.json(Template.fromStack(ScenarioApps.stack(folder, Map.of())))
                .at("/Outputs");

        assertThat(outputs.at("/FunctionUrl/Value/Fn::GetAtt/1").asText()).isEqualTo("FunctionUrl");
        assertThat(outputs.at("/FunctionName/Value/Ref").asText()).startsWith("ProxyFunction");
        assertThat(outputs.at("/RoleArn/Value/Fn::GetAtt").toString())
                .startsWith("[\"ProxyRole")
                .endsWith("\"Arn\"]");
        assertThat(outputs.at("/LayerArn/Value/Ref").asText()).startsWith("ProxyLayer");
        assertThat(outputs.at("/Region/Value/Ref").asText()).isEqualTo("AWS::Region");
    }

    @Test
    void guidesListEveryContextName() {
        String guide = Repository.text("docs/deploying.md")
                + Repository.text("docs/key-rotation.md")
                + Repository.text("docs/webhook-forwarder.md");

        assertThat(Arrays.stream(ContextName.values()).map(name -> "`" + name.key() + "`"))
                .allSatisfy(name -> assertThat(guide).contains(name));
    }

    private String template(Map<String, String> context) {
        return TestStack.json(Template.fromStack(ScenarioApps.stack(folder, context)))
                .toString();
    }
}
