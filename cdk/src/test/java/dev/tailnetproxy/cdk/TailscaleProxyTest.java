package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.cdk.support.Repository;
import dev.tailnetproxy.cdk.support.TestArchives;
import dev.tailnetproxy.cdk.support.TestStack;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.InvokeMode;
import software.amazon.awscdk.services.lambda.LayerVersion;
import software.amazon.awscdk.services.lambda.Tracing;
import software.amazon.awscdk.services.logs.RetentionDays;

/** Each property by what it does to the template. */
class TailscaleProxyTest {

    private static final String FUNCTION = "AWS::Lambda::Function";
    private static final String LOG_GROUP = "AWS::Logs::LogGroup";

    @TempDir
    private Path folder;

    private interface Setting extends BiConsumer<TailscaleProxyProps.Builder, TestStack> {}

    private static Arguments property(String name, Setting setting, String type, String pointer, String value) {
        return Arguments.of(name, setting, type, pointer, value);
    }

    static Stream<Arguments> properties() {
        Setting none = (props, testStack) -> {};
        Setting intel =
                (props, testStack) -> props.functionArchive(testStack.archives().nativeFor(TestArchives.ELF_X86_64));
        Setting arm =
                (props, testStack) -> props.functionArchive(testStack.archives().nativeFor(TestArchives.ELF_AARCH64));
        return Stream.of(
                property("runtime of the JVM", none, FUNCTION, "/Runtime", "java21"),
                property(
                        "handler of the JVM",
                        none,
                        FUNCTION,
                        "/Handler",
                        "io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest"),
                property("memory of the JVM", none, FUNCTION, "/MemorySize", "512"),
                property("processor of the JVM", none, FUNCTION, "/Architectures/0", "x86_64"),
                property("runtime of a native build", intel, FUNCTION, "/Runtime", "provided.al2023"),
                property("memory of a native build", intel, FUNCTION, "/MemorySize", "256"),
                property(
                        "variable of a native build",
                        intel,
                        FUNCTION,
                        "/Environment/Variables/DISABLE_SIGNAL_HANDLERS",
                        "true"),
                property("processor of a native build", arm, FUNCTION, "/Architectures/0", "arm64"),
                property(
                        "layer follows the processor",
                        arm,
                        "AWS::Lambda::LayerVersion",
                        "/CompatibleArchitectures/0",
                        "arm64"),
                property("no SnapStart", none, FUNCTION, "/SnapStart", ""),
                property(
                        "runtime",
                        (props, testStack) -> props.runtime(JavaRuntime.JVM),
                        FUNCTION,
                        "/Runtime",
                        "java21"),
                property(
                        "architecture",
                        (props, testStack) -> props.architecture(Architecture.ARM_64),
                        FUNCTION,
                        "/Architectures/0",
                        "arm64"),
                property(
                        "functionName",
                        (props, testStack) -> props.functionName("proxy"),
                        FUNCTION,
                        "/FunctionName",
                        "proxy"),
                property("memorySize", (props, testStack) -> props.memorySize(1024), FUNCTION, "/MemorySize", "1024"),
                property("timeout by default", none, FUNCTION, "/Timeout", "60"),
                property(
                        "timeout",
                        (props, testStack) -> props.timeout(Duration.minutes(15)),
                        FUNCTION,
                        "/Timeout",
                        "900"),
                property(
                        "reservedConcurrentExecutions",
                        (props, testStack) -> props.reservedConcurrentExecutions(7),
                        FUNCTION,
                        "/ReservedConcurrentExecutions",
                        "7"),
                property(
                        "tracing",
                        (props, testStack) -> props.tracing(Tracing.ACTIVE),
                        FUNCTION,
                        "/TracingConfig/Mode",
                        "Active"),
                property(
                        "environmentEncryption",
                        (props, testStack) -> props.environmentEncryption(Key.fromKeyArn(
                                testStack.stack(), "Key", "arn:aws:kms:us-east-1:123456789012:key/some")),
                        FUNCTION,
                        "/KmsKeyArn",
                        "arn:aws:kms:us-east-1:123456789012:key/some"),
                property(
                        "tags",
                        (props, testStack) -> props.tags(Map.of("team", "edge")),
                        FUNCTION,
                        "/Tags/0/Value",
                        "edge"),
                property(
                        "tags of the log",
                        (props, testStack) -> props.tags(Map.of("team", "edge")),
                        LOG_GROUP,
                        "/Tags/0/Key",
                        "team"),
                property("logRetention by default", none, LOG_GROUP, "/RetentionInDays", "30"),
                property(
                        "logRetention",
                        (props, testStack) -> props.logRetention(RetentionDays.ONE_WEEK),
                        LOG_GROUP,
                        "/RetentionInDays",
                        "7"),
                property("authorization of the Function URL", none, "AWS::Lambda::Url", "/AuthType", "AWS_IAM"),
                property(
                        "invokeMode",
                        (props, testStack) -> props.invokeMode(InvokeMode.BUFFERED),
                        "AWS::Lambda::Url",
                        "/InvokeMode",
                        "BUFFERED"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("properties")
    void propertyAppearsInTemplate(String name, Setting setting, String type, String pointer, String value) {
        TestStack testStack = new TestStack(folder);
        testStack.proxy(props -> setting.accept(props, testStack));

        assertThat(testStack.onlyResource(type).at("/Properties" + pointer).asText())
                .isEqualTo(value);
    }

    @Test
    void onlyCredentialsAreRequired() {
        TestStack testStack = new TestStack(folder);
        TailscaleProxyProps.Builder none = TailscaleProxyProps.builder();

        assertThatThrownBy(none::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("[credentials]");
        assertThatCode(() -> TailscaleProxyProps.builder()
                        .credentials(TailnetCredentials.authKey(testStack.secret()))
                        .build())
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource
    void benchmarkUsesDefaultMemory(JavaRuntime runtime) {
        String kinds = "benchmarks/src/main/java/dev/tailnetproxy/benchmarks/FunctionBuild.java";

        assertThat(Repository.text(kinds))
                .containsPattern("(?m)^ +" + runtime + "\\(\"\\w+\", [\\w\"]+, " + runtime.defaultMemorySize() + "\\)");
    }

    @Test
    void usesGivenLayer() {
        TestStack testStack = new TestStack(folder);
        String arn = "arn:aws:lambda:us-east-1:123456789012:layer:some:1";
        TailscaleProxyProps props = TailscaleProxyProps.builder()
                .credentials(TailnetCredentials.authKey(testStack.secret()))
                .functionArchive(testStack.archives().jvm())
                .layer(LayerVersion.fromLayerVersionArn(testStack.stack(), "Given", arn))
                .build();
        new TailscaleProxy(testStack.stack(), "Proxy", props);

        assertThat(testStack.onlyResource(FUNCTION).at("/Properties/Layers/0").asText())
                .isEqualTo(arn);
        testStack.template().resourceCountIs("AWS::Lambda::LayerVersion", 0);
    }

    @Test
    void usesVpcSubnetsAndSecurityGroups() {
        TestStack testStack = new TestStack(folder);
        Vpc vpc = Vpc.Builder.create(testStack.stack(), "Vpc")
                .restrictDefaultSecurityGroup(false)
                .build();
        SecurityGroup group = SecurityGroup.Builder.create(testStack.stack(), "Group")
                .vpc(vpc)
                .build();
        testStack.proxy(props -> props.vpc(vpc)
                .vpcSubnets(SubnetSelection.builder()
                        .subnets(vpc.getPrivateSubnets().subList(0, 1))
                        .build())
                .securityGroups(List.of(group)));

        JsonNode network = testStack.onlyResource(FUNCTION).at("/Properties/VpcConfig");
        assertThat(network.at("/SubnetIds")).hasSize(1);
        assertThat(network.at("/SecurityGroupIds/0/Fn::GetAtt/0").asText()).startsWith("Group");
    }

    @Test
    void logGroupFollowsRemovalPolicy() {
        TestStack gone = new TestStack(folder);
        gone.proxy();
        TestStack kept = new TestStack(folder);
        kept.proxy(props -> props.logRemovalPolicy(RemovalPolicy.RETAIN));

        assertThat(gone.onlyResource(LOG_GROUP).at("/DeletionPolicy").asText()).isEqualTo("Delete");
        assertThat(kept.onlyResource(LOG_GROUP).at("/DeletionPolicy").asText()).isEqualTo("Retain");
    }
}
