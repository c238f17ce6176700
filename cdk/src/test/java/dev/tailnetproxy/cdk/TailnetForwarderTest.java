package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.cdk.support.TestStack;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.amazon.awscdk.services.secretsmanager.Secret;

/** The proxy's function in forwarder mode: its rights, its URL, and what is refused. */
class TailnetForwarderTest {

    private static final String LOG = "[\"logs:CreateLogStream\",\"logs:PutLogEvents\"]";
    private static final String KEY = "arn:aws:kms:eu-central-1:123456789012:key/some";
    private static final String URL = "AWS::Lambda::Url";

    @TempDir
    private Path folder;

    private SenderVerification github(ISecret secret) {
        return SenderVerification.builder()
                .scheme(SignatureScheme.GITHUB)
                .secret(secret)
                .build();
    }

    private static ISecret named(TestStack testStack) {
        return Secret.fromSecretNameV2(testStack.stack(), "SenderSecret", "webhooks/github");
    }

    private static Consumer<TailnetForwarderProps.Builder> forwarding(Consumer<ForwarderOptions.Builder> change) {
        return props -> {
            ForwarderOptions.Builder options = ForwarderOptions.builder().target("http://orders:8080");
            change.accept(options);
            props.forwarder(options.build());
        };
    }

    private static Map<String, JsonNode> statements(TestStack testStack) {
        Map<String, JsonNode> statements = new TreeMap<>();
        testStack
                .onlyResource("AWS::IAM::Policy")
                .at("/Properties/PolicyDocument/Statement")
                .forEach(statement -> statements.merge(
                        statement.at("/Action").toString(), statement.at("/Resource"), (one, two) -> one));
        return statements;
    }

    @Test
    void mayReadItsTwoSecretsAndWriteItsLog() {
        TestStack testStack = TestStack.in(folder, "eu-central-1");
        testStack.forwarder(forwarding(options -> options.verification(github(named(testStack)))));

        Map<String, JsonNode> statements = statements(testStack);
        assertThat(statements).containsOnlyKeys(LOG, "\"secretsmanager:GetSecretValue\"");
        assertThat(statements.toString())
                .contains(":secret:tailscale/auth-key-??????", ":secret:webhooks/github-??????");
    }

    @Test
    void withoutVerificationItReadsNoSenderSecret() {
        TestStack testStack = TestStack.in(folder, "eu-central-1");
        testStack.forwarder(forwarding(options -> {}));

        assertThat(statements(testStack).toString())
                .contains("tailscale/auth-key")
                .doesNotContain("webhooks/");
    }

    @Test
    void mayDecryptSenderSecretThroughSecretsManagerAlone() {
        TestStack testStack = TestStack.in(folder, "eu-central-1");
        testStack.forwarder(forwarding(options -> options.verification(SenderVerification.builder()
                .from(github(named(testStack)))
                .secretEncryptionKey(Key.fromKeyArn(testStack.stack(), "Key", KEY))
                .build())));

        List<JsonNode> decrypt = TestStack.json(testStack.template()).findParents("Action").stream()
                .filter(statement -> statement.at("/Action").asText().equals("kms:Decrypt"))
                .toList();
        assertThat(decrypt).hasSize(1);
        assertThat(decrypt.get(0).at("/Resource").asText()).isEqualTo(KEY);
        assertThat(decrypt.get(0).at("/Condition/StringEquals/kms:ViaService").asText())
                .isEqualTo("secretsmanager.eu-central-1.amazonaws.com");
    }

    @Test
    void behindHttpApiItHasNoUrl() {
        TestStack testStack = TestStack.in(folder, "eu-central-1");
        TailnetForwarder forwarder = testStack.forwarder(forwarding(options -> {}));

        assertThat(forwarder.getUrl()).isEmpty();
        assertThat(testStack.template().findResources(URL)).isEmpty();
        assertThat(testStack.template().findResources("AWS::Lambda::Permission"))
                .isEmpty();
        assertThat(testStack.variables()).containsEntry("TS_FORWARDER_GATEWAY", "http-api");
    }

    @Test
    void functionUrlIsOpenAndItsPermissionsAreForTheUrlAlone() {
        TestStack testStack = TestStack.in(folder, "eu-central-1");
        TailnetForwarder forwarder = testStack.forwarder(forwarding(
                options -> options.gateway(ForwarderGateway.FUNCTION_URL).addAllowedSources("192.0.2.0/24")));

        assertThat(forwarder.getUrl()).isPresent();
        assertThat(testStack.onlyResource(URL).at("/Properties/AuthType").asText())
                .isEqualTo("NONE");
        assertThat(testStack.variables())
                .containsEntry("TS_FORWARDER_GATEWAY", "function-url")
                .containsEntry("TS_FORWARDER_ALLOWED_SOURCES", "192.0.2.0/24");
        List<JsonNode> permissions = TestStack.json(testStack.template())
                .at("/Resources")
                .valueStream()
                .filter(resource -> resource.at("/Type").asText().equals("AWS::Lambda::Permission"))
                .map(resource -> resource.at("/Properties"))
                .toList();
        assertThat(permissions)
                .extracting(permission -> permission.at("/Action").asText())
                .containsExactlyInAnyOrder("lambda:InvokeFunctionUrl", "lambda:InvokeFunction");
        assertThat(permissions).allSatisfy(permission -> assertThat(
                        permission.at("/FunctionUrlAuthType").asText().equals("NONE")
                                || permission.at("/InvokedViaFunctionUrl").asBoolean())
                .isTrue());
    }

    @Test
    void functionEndsAfterTheGateway() {
        TestStack testStack = TestStack.in(folder, "eu-central-1");
        testStack.forwarder(forwarding(options -> {}));

        assertThat(testStack
                        .onlyResource("AWS::Lambda::Function")
                        .at("/Properties/Timeout")
                        .asInt())
                .isEqualTo(30);
    }

    @Test
    void settingsForClientsAreRefused() {
        TestStack testStack = TestStack.in(folder, "eu-central-1");
        Consumer<TailnetForwarderProps.Builder> legacy = props ->
                props.proxyOptions(ProxyOptions.builder().legacyErrors(true).build());
        Consumer<TailnetForwarderProps.Builder> pass = props -> props.proxyOptions(
                ProxyOptions.builder().forwardedHeaders(ForwardedHeaders.PASS).build());

        assertRefused(testStack, legacy, "proxyOptions.legacyErrors is for clients of the proxy: leave it out");
        assertRefused(testStack, pass, "proxyOptions.forwardedHeaders is PASS: a forwarder makes these fields itself");
    }

    @Test
    void functionThatEndsBeforeItsOwnTimeoutIsRefused() {
        TestStack testStack = TestStack.in(folder, "eu-central-1");

        assertRefused(
                testStack,
                props -> props.timeout(Duration.seconds(20)),
                "timeout is 20000 ms, and forwarder.timeout is 28000 ms: Lambda would end the function");
    }

    @Test
    void senderSecretOfAnotherRegionIsRefused() {
        TestStack testStack = TestStack.in(folder, "eu-central-1");
        String arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:github-AbCdEf";
        ISecret secret = Secret.fromSecretCompleteArn(testStack.stack(), "SenderSecret", arn);

        assertRefused(
                testStack,
                forwarding(options -> options.verification(github(secret))),
                "verification.secret " + arn
                        + " is in eu-west-1, but the stack is in eu-central-1: the forwarder reads");
    }

    @Test
    void secretInPlaceOfItsNameIsRefused() {
        TestStack testStack = TestStack.in(folder, "eu-central-1");
        ISecret secret = Secret.fromSecretNameV2(testStack.stack(), "SenderSecret", "whsec_c2VjcmV0");

        assertRefused(
                testStack,
                forwarding(options -> options.verification(github(secret))),
                "the secret's name is a key itself");
    }

    private static void assertRefused(
            TestStack testStack, Consumer<TailnetForwarderProps.Builder> change, String message) {
        assertThatThrownBy(() -> testStack.forwarder(change))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
