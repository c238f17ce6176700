package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.cdk.support.TestStack;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.lambda.LayerVersion;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.secretsmanager.SecretAttributes;

/** A resource given by its ARN may be in another region, account or partition than the stack. */
class RegionValidatorTest {

    private static final String OWN_REGION = "{\"Ref\":\"AWS::Region\"}";

    @TempDir
    private Path folder;

    private interface SecretFactory extends Function<Stack, ISecret> {}

    private static String secretArn(String partition, String region, String account) {
        return "arn:" + partition + ":secretsmanager:" + region + ":" + account + ":secret:tailscale/key-AbCdEf";
    }

    private static String keyArn(String partition, String region) {
        return "arn:" + partition + ":kms:" + region + ":123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    }

    private static SecretFactory whole(String arn) {
        return stack -> Secret.fromSecretCompleteArn(stack, "SecretFactory", arn);
    }

    private static SecretFactory partial(String arn) {
        return stack -> Secret.fromSecretPartialArn(stack, "SecretFactory", arn);
    }

    private static SecretFactory named(String name) {
        return stack -> Secret.fromSecretNameV2(stack, "SecretFactory", name);
    }

    private static ISecret secretFromParameter(Stack stack) {
        String arn =
                CfnParameter.Builder.create(stack, "Arn").type("String").build().getValueAsString();
        return Secret.fromSecretAttributes(
                stack,
                "SecretFactory",
                SecretAttributes.builder().secretCompleteArn(arn).build());
    }

    private static ISecret createdSecret(Stack stack) {
        return new Secret(stack, "SecretFactory");
    }

    /** With a key of the partition and region. */
    static Stream<Arguments> keys() {
        String account = "123456789012";
        return Stream.of(
                Arguments.of("eu-west-1", whole(secretArn("aws", "eu-west-1", account)), "eu-west-1", "aws"),
                Arguments.of(
                        "another account",
                        whole(secretArn("aws", "ap-southeast-2", "210987654321")),
                        "ap-southeast-2",
                        "aws"),
                Arguments.of(
                        "a partial ARN",
                        partial("arn:aws:secretsmanager:eu-west-1:123456789012:secret:auth"),
                        "eu-west-1",
                        "aws"),
                Arguments.of("China", whole(secretArn("aws-cn", "cn-north-1", account)), "cn-north-1", "aws-cn"),
                Arguments.of(
                        "GovCloud",
                        whole(secretArn("aws-us-gov", "us-gov-west-1", account)),
                        "us-gov-west-1",
                        "aws-us-gov"),
                Arguments.of("a name", named("tailscale/key"), OWN_REGION, "aws"),
                Arguments.of("the stack's own", (SecretFactory) RegionValidatorTest::createdSecret, OWN_REGION, "aws"),
                Arguments.of(
                        "known at deployment",
                        (SecretFactory) RegionValidatorTest::secretFromParameter,
                        "{\"Fn::Select\":[3,{\"Fn::Split\":[\":\",{\"Ref\":\"Arn\"}]}]}",
                        "aws"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("keys")
    void keyIsUsedViaSecretsManagerOfSecretRegion(String name, SecretFactory factory, String region, String partition) {
        TestStack testStack = new TestStack(folder);
        String ofTheKey = region.startsWith("{") ? "eu-central-1" : region;
        testStack.proxy(props -> props.credentials(TailnetCredentials.authKey(factory.apply(testStack.stack())))
                .secretEncryptionKey(Key.fromKeyArn(testStack.stack(), "Key", keyArn(partition, ofTheKey))));

        assertThat(viaService(testStack))
                .isEqualTo(
                        region.startsWith("{")
                                ? "{\"Fn::Join\":[\"\",[\"secretsmanager.\"," + region + ",\".amazonaws.com\"]]}"
                                : "\"secretsmanager." + region + ".amazonaws.com\"");
    }

    private static String viaService(TestStack testStack) {
        for (JsonNode statement : TestStack.json(testStack.template()).findParents("Action")) {
            if (statement.at("/Action").asText().equals("kms:Decrypt")) {
                return statement.at("/Condition/StringEquals/kms:ViaService").toString();
            }
        }
        throw new AssertionError("the key may not be used");
    }

    @Test
    void secretInAnotherRegionIsReadByArn() {
        TestStack testStack = TestStack.in(folder, "us-east-1");
        String arn = secretArn("aws", "eu-west-1", "123456789012");
        testStack.proxy(
                props -> props.credentials(TailnetCredentials.authKey(whole(arn).apply(testStack.stack()))));

        assertThat(TestStack.json(testStack.template()).toString())
                .contains("\"TS_SECRET_API_KEY\":\"" + arn + "\"", "\"Resource\":\"" + arn + "\"");
    }

    @Test
    void keyWithNamedSecretAddsDeploymentHint() {
        TestStack testStack = new TestStack(folder);
        testStack.proxy(props ->
                props.secretEncryptionKey(Key.fromKeyArn(testStack.stack(), "Key", keyArn("aws", "eu-west-1"))));

        Annotations.fromStack(testStack.stack())
                .hasInfo(
                        "*",
                        Match.stringLikeRegexp("the secret is read in the stack's own region, and the key .* is in "
                                + "eu-west-1: deploy the stack there, or give the secret's whole ARN"));
    }

    private interface InvalidSetting
            extends BiFunction<TailscaleProxyProps.Builder, Stack, TailscaleProxyProps.Builder> {}

    private static InvalidSetting secretAndKey(SecretFactory secret, String key) {
        return (props, stack) -> props.credentials(TailnetCredentials.authKey(secret.apply(stack)))
                .secretEncryptionKey(Key.fromKeyArn(stack, "Key", key));
    }

    private static InvalidSetting secretWithItsKey(String secret, Function<Stack, IKey> key) {
        return (props, stack) -> props.credentials(TailnetCredentials.oauthClient(Secret.fromSecretAttributes(
                        stack,
                        "SecretFactory",
                        SecretAttributes.builder()
                                .secretCompleteArn(secret)
                                .encryptionKey(key.apply(stack))
                                .build())))
                .node(NodeOptions.builder().addAdvertiseTags("tag:lambda").build());
    }

    private static InvalidSetting secret(SecretFactory secret) {
        return (props, stack) -> props.credentials(TailnetCredentials.authKey(secret.apply(stack)));
    }

    /** In a stack of us-east-1. */
    static Stream<Arguments> resourcesInOtherRegions() {
        String ofIreland = secretArn("aws", "eu-west-1", "123456789012");
        return Stream.of(
                Arguments.of(
                        "the secret's key " + keyArn("aws", "us-east-1")
                                + " is in us-east-1, but the secret is in eu-west-1: ",
                        secretAndKey(whole(ofIreland), keyArn("aws", "us-east-1"))),
                Arguments.of(
                        "the secret's key " + keyArn("aws", "eu-west-1")
                                + " is in eu-west-1, but the secret is in us-east-1: ",
                        secretAndKey(named("tailscale/key"), keyArn("aws", "eu-west-1"))),
                Arguments.of(
                        "the secret's key " + keyArn("aws", "eu-west-1")
                                + " is in eu-west-1, but the secret is in us-east-1: ",
                        secretAndKey(RegionValidatorTest::createdSecret, keyArn("aws", "eu-west-1"))),
                Arguments.of(
                        "the secret's key " + keyArn("aws", "eu-central-1") + " is in eu-central-1",
                        secretWithItsKey(
                                ofIreland, stack -> Key.fromKeyArn(stack, "Key", keyArn("aws", "eu-central-1")))),
                Arguments.of("the secret's key ", secretWithItsKey(ofIreland, stack -> new Key(stack, "Key"))),
                Arguments.of(
                        "the secret " + secretArn("aws-cn", "cn-north-1", "123456789012")
                                + " is in the partition aws-cn, and the stack is in aws: ",
                        secret(whole(secretArn("aws-cn", "cn-north-1", "123456789012")))),
                Arguments.of(
                        "the secret " + secretArn("aws", "us-gov-west-1", "123456789012")
                                + " names the partition aws, but us-gov-west-1 is in aws-us-gov: ",
                        secret(whole(secretArn("aws", "us-gov-west-1", "123456789012")))),
                Arguments.of(
                        "environmentEncryption " + keyArn("aws", "eu-west-1") + " is in eu-west-1, but the stack is "
                                + "in us-east-1: ",
                        (InvalidSetting) (props, stack) ->
                                props.environmentEncryption(Key.fromKeyArn(stack, "Key", keyArn("aws", "eu-west-1")))),
                Arguments.of(
                        "logEncryption " + keyArn("aws", "eu-west-1")
                                + " is in eu-west-1, but the stack is in us-east-1: ",
                        (InvalidSetting) (props, stack) ->
                                props.logEncryption(Key.fromKeyArn(stack, "Key", keyArn("aws", "eu-west-1")))),
                Arguments.of(
                        "layer arn:aws:lambda:eu-west-1:123456789012:layer:some:1 is in eu-west-1, but the stack is in "
                                + "us-east-1: ",
                        (InvalidSetting) (props, stack) -> props.layerArchive(Optional.empty())
                                .layer(LayerVersion.fromLayerVersionArn(
                                        stack, "Layer", "arn:aws:lambda:eu-west-1:123456789012:layer:some:1"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("resourcesInOtherRegions")
    void rejectsResourcesOfOtherRegions(String message, InvalidSetting wrong) {
        TestStack testStack = TestStack.in(folder, "us-east-1");
        TailscaleProxyProps.Builder props = TailscaleProxyProps.builder()
                .credentials(TailnetCredentials.authKey(testStack.secret()))
                .functionArchive(testStack.archives().jvm())
                .layerArchive(testStack.archives().layer());
        TailscaleProxyProps wrongProps = wrong.apply(props, testStack.stack()).build();

        assertThatThrownBy(() -> new TailscaleProxy(testStack.stack(), "Proxy", wrongProps))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("\n")
                .hasMessageNotContaining("${Token");
    }

    @Test
    void acceptsUnresolvedTokens() {
        TestStack testStack = new TestStack(folder);
        testStack.proxy(props -> props.credentials(TailnetCredentials.authKey(secretFromParameter(testStack.stack())))
                .secretEncryptionKey(Key.fromKeyArn(testStack.stack(), "Key", keyArn("aws", "eu-west-1")))
                .environmentEncryption(new Key(testStack.stack(), "Variables")));

        assertThat(viaService(testStack)).contains("\"Fn::Select\":[3,");
    }
}
