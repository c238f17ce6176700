package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.cdk.support.TestStack;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.LayerVersion;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.sns.Topic;

/** A function of somebody else that joins the tailnet by one line. */
class LayerAttachmentTest {

    private static final NodeOptions NODE = NodeOptions.builder()
            .hostname("orders")
            .forward(5432, "db:5432")
            .forward("127.0.0.2", 6379, "100.64.0.7:6379")
            .forwardMaxConnections(20)
            .build();

    private static final NodeOptions TAGGED =
            NodeOptions.builder().addAdvertiseTags("tag:lambda").build();

    private static final TailnetCredentials IDENTITY = TailnetCredentials.federatedIdentity("client", "audience");

    private static final int LAMBDA_LIMIT = 4096;
    private static final int LONGEST_REGION = 16;

    @TempDir
    private Path folder;

    private TestStack testStack;
    private TailscaleLayer layer;

    @BeforeEach
    void layer() {
        testStack = new TestStack(folder);
        layer = newLayer("Layer", Architecture.X86_64);
    }

    private TailscaleLayer newLayer(String id, Architecture architecture) {
        TailscaleLayerProps props = TailscaleLayerProps.builder()
                .archive(testStack.archives().layer())
                .architecture(architecture)
                .build();
        return new TailscaleLayer(testStack.stack(), id, props);
    }

    private Function function(Consumer<Function.Builder> more) {
        Function.Builder builder = Function.Builder.create(testStack.stack(), "Orders")
                .runtime(Runtime.PROVIDED_AL2023)
                .handler("any")
                .code(Code.fromAsset(testStack.archives().jvm()));
        more.accept(builder);
        return builder.build();
    }

    private TailnetCredentials authKey() {
        return TailnetCredentials.authKey(testStack.secret());
    }

    private JsonNode function() {
        return testStack.onlyResource("AWS::Lambda::Function").at("/Properties");
    }

    private JsonNode statements() {
        return testStack.onlyResource("AWS::IAM::Policy").at("/Properties/PolicyDocument/Statement");
    }

    @Test
    void functionGetsLayerAndVariables() {
        layer.attachTo(function(function -> {}), NODE, authKey());

        assertThat(function().at("/Layers")).hasSize(1);
        assertThat(function().at("/Layers/0/Ref").asText()).startsWith("Layer");
        assertThat(testStack.variables())
                .isEqualTo(Map.of(
                        "TS_SECRET_API_KEY", "tailscale/auth-key",
                        "TS_HOSTNAME", "orders",
                        "TS_FORWARDS", "5432=db:5432,127.0.0.2:6379=100.64.0.7:6379",
                        "TS_FORWARD_MAX_CONNECTIONS", "20"));
    }

    @Test
    void functionMayReadOneSecretAndNothingElse() {
        layer.attachTo(function(function -> {}), NODE, authKey());

        assertThat(statements()).hasSize(1);
        assertThat(statements().at("/0/Action").asText()).isEqualTo("secretsmanager:GetSecretValue");
        assertThat(statements().at("/0/Effect").asText()).isEqualTo("Allow");
        assertThat(statements().at("/0/Resource").toString()).contains(":secret:tailscale/auth-key-??????");
    }

    @Test
    void functionMayAskForOneTokenAndNothingElse() {
        layer.attachTo(function(function -> {}), TAGGED, IDENTITY);

        assertThat(statements()).hasSize(1);
        assertThat(statements().at("/0/Action").asText()).isEqualTo("sts:GetWebIdentityToken");
        assertThat(statements()
                        .at("/0/Condition/ForAllValues:StringEquals/sts:IdentityTokenAudience")
                        .asText())
                .isEqualTo("audience");
    }

    @Test
    void functionMayDecryptOnlyThroughSecretsManager() {
        String arn = "arn:aws:kms:us-east-1:123456789012:key/1";
        layer.attachTo(function(function -> {}), NODE, authKey(), Key.fromKeyArn(testStack.stack(), "Imported", arn));

        assertThat(statements()).hasSize(2);
        assertThat(statements().at("/1/Action").asText()).isEqualTo("kms:Decrypt");
        assertThat(statements().at("/1/Resource").asText()).isEqualTo(arn);
        assertThat(statements().at("/1/Condition/StringEquals/kms:ViaService").toString())
                .contains("secretsmanager.");
    }

    @Test
    void whatTheFunctionHadStays() {
        LayerVersion other = LayerVersion.Builder.create(testStack.stack(), "Other")
                .code(Code.fromAsset(testStack.archives().jvm()))
                .build();
        Function function = function(builder -> builder.layers(List.of(other))
                .environment(Map.of("MODE", "live", "TS_LOG_LEVEL", "debug"))
                .initialPolicy(List.of(PolicyStatement.Builder.create()
                        .actions(List.of("s3:GetObject"))
                        .resources(List.of("arn:aws:s3:::bucket/*"))
                        .build())));

        layer.attachTo(function, NODE, authKey());
        function.addEnvironment("LATER", "too");

        // The CDK sorts them.
        assertThat(function().at("/Layers").findValuesAsText("Ref"))
                .satisfiesExactlyInAnyOrder(id -> assertThat(id).startsWith("Other"), id -> assertThat(id)
                        .startsWith("Layer"));
        assertThat(testStack.variables())
                .hasSize(7)
                .containsAllEntriesOf(Map.of("MODE", "live", "TS_LOG_LEVEL", "debug", "LATER", "too"));
        assertThat(statements().findValuesAsText("Action"))
                .containsExactlyInAnyOrder("s3:GetObject", "secretsmanager:GetSecretValue");
    }

    @Test
    void functionOfAnotherProcessorIsRefused() {
        Function arm = function(builder -> builder.architecture(Architecture.ARM_64));

        assertThatThrownBy(() -> layer.attachTo(arm, NODE, authKey()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the layer is for x86_64, but the function Stack/Orders is for arm64: give "
                        + "TailscaleLayerProps the function's architecture");
        newLayer("Arm", Architecture.ARM_64).attachTo(arm, NODE, authKey());
        assertThat(function().at("/Layers")).hasSize(1);
    }

    @Test
    void secondAttachmentIsRefused() {
        Function function = function(builder -> {});
        layer.attachTo(function, NODE, authKey());
        TailscaleLayer second = newLayer("Second", Architecture.X86_64);

        for (TailscaleLayer again : List.of(layer, second)) {
            assertThatThrownBy(() -> again.attachTo(function, TAGGED, IDENTITY))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "the function Stack/Orders joins a tailnet already, as TS_SECRET_API_KEY says: attach one "
                                    + "layer to it, once");
        }
        assertThat(function().at("/Layers")).hasSize(1);
        assertThat(statements()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TS_SECRET_API_KEY | joins a tailnet already, as TS_SECRET_API_KEY says: attach one layer to it, once",
                "TS_CLIENT_ID | joins a tailnet already, as TS_CLIENT_ID says: attach one layer to it, once",
                "TS_FORWARDS | has TS_FORWARDS already: remove it there, or its property of NodeOptions here"
            })
    void variableThatWasSetBeforeIsNotReplaced(String name, String sentence) {
        Function function = function(builder -> builder.environment(Map.of(name, "before")));

        assertThatThrownBy(() -> layer.attachTo(function, NODE, authKey()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the function Stack/Orders " + sentence);
        assertThat(testStack.variables()).isEqualTo(Map.of(name, "before"));
        assertThat(function().has("Layers")).isFalse();
    }

    @Test
    void variablesAboveLambdaLimitAreRefused() {
        Function function = function(builder -> builder.environment(Map.of("LARGE", "x".repeat(4000))));

        assertThatThrownBy(() -> layer.attachTo(function, NODE, authKey()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the environment variables take up to 41")
                .hasMessageEndingWith("Lambda allows 4096: shorten the variables of the function Stack/Orders");
    }

    @ParameterizedTest
    @CsvSource({"0, true", "1, false"})
    void regionCountsWithItsGreatestLength(int more, boolean fits) {
        int room = LAMBDA_LIMIT - ownBytes() - "LARGE-".length() - LONGEST_REGION + more;
        Function function =
                function(builder -> builder.environment(Map.of("LARGE", Aws.REGION + "-" + "x".repeat(room))));
        ThrowingCallable attach = () -> layer.attachTo(function, NODE, authKey());

        if (fits) {
            assertThatCode(attach).doesNotThrowAnyException();
            assertThat(testStack.variables()).containsKeys("LARGE", "TS_FORWARDS");
        } else {
            assertThatThrownBy(attach).hasMessageContaining("take up to 4097 bytes");
        }
    }

    /** They may be short, and only Lambda knows. */
    @Test
    void referencesToOtherResourcesAreNotRefused() {
        Map<String, String> references = IntStream.range(0, 60)
                .boxed()
                .collect(Collectors.toMap(
                        i -> "TABLE_" + i, i -> new Topic(testStack.stack(), "Topic" + i).getTopicArn()));
        Function function = function(builder -> builder.environment(references));

        layer.attachTo(function, NODE, authKey());

        assertThat(testStack.variables()).containsKeys("TABLE_59", "TS_FORWARDS");
    }

    private int ownBytes() {
        return EnvironmentVariables.of(NODE, authKey()).entrySet().stream()
                .mapToInt(variable -> (variable.getKey() + variable.getValue()).length())
                .sum();
    }

    @Test
    void variablesThatAreAddedLaterCountAsWell() {
        Function function = function(builder -> {});
        layer.attachTo(function, NODE, authKey());
        function.addEnvironment("LATER", "x".repeat(4000));

        assertThatThrownBy(testStack::template)
                .hasMessageContaining("Lambda allows 4096: shorten the variables of the function Stack/Orders");
    }

    @Test
    void credentialsAreCheckedAsThoseOfAProxy() {
        Function function = function(builder -> {});

        assertThatThrownBy(() -> layer.attachTo(function, NODE, IDENTITY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("node.advertiseTags is empty");
        assertThatThrownBy(() -> layer.attachTo(function, TAGGED, IDENTITY, new Key(testStack.stack(), "Key")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "secretEncryptionKey is given, but a federated identity joins without a secret");
    }

    @Test
    void secretOfAnotherPartitionIsRefused() {
        testStack = TestStack.in(folder, "us-east-1");
        TailscaleLayer inRegion = newLayer("Layer", Architecture.X86_64);
        Function function = function(builder -> {});
        TailnetCredentials china = TailnetCredentials.authKey(Secret.fromSecretCompleteArn(
                testStack.stack(),
                "China",
                "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:tailscale-AbCdEf"));

        assertThatThrownBy(() -> inRegion.attachTo(function, NODE, china))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is in the partition aws-cn, and the stack is in aws");
    }
}
