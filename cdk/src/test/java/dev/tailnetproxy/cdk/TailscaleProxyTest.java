package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.cdk.support.Archives;
import dev.tailnetproxy.cdk.support.Repository;
import dev.tailnetproxy.cdk.support.Synthesis;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
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

    private interface Setting extends BiConsumer<TailscaleProxy.Builder, Synthesis> {}

    private static Arguments property(String name, Setting setting, String type, String pointer, String value) {
        return Arguments.of(name, setting, type, pointer, value);
    }

    static Stream<Arguments> properties() {
        Setting none = (props, synthesis) -> {};
        Setting intel =
                (props, synthesis) -> props.functionArchive(synthesis.archives().nativeFor(Archives.ELF_X86_64));
        Setting arm =
                (props, synthesis) -> props.functionArchive(synthesis.archives().nativeFor(Archives.ELF_AARCH64));
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
                        (props, synthesis) -> props.runtime(ProxyRuntime.JVM),
                        FUNCTION,
                        "/Runtime",
                        "java21"),
                property(
                        "architecture",
                        (props, synthesis) -> props.architecture(Architecture.ARM_64),
                        FUNCTION,
                        "/Architectures/0",
                        "arm64"),
                property(
                        "functionName",
                        (props, synthesis) -> props.functionName("proxy"),
                        FUNCTION,
                        "/FunctionName",
                        "proxy"),
                property("memorySize", (props, synthesis) -> props.memorySize(1024), FUNCTION, "/MemorySize", "1024"),
                property("timeout by default", none, FUNCTION, "/Timeout", "60"),
                property(
                        "timeout",
                        (props, synthesis) -> props.timeout(Duration.minutes(15)),
                        FUNCTION,
                        "/Timeout",
                        "900"),
                property(
                        "reservedConcurrentExecutions",
                        (props, synthesis) -> props.reservedConcurrentExecutions(7),
                        FUNCTION,
                        "/ReservedConcurrentExecutions",
                        "7"),
                property(
                        "tracing",
                        (props, synthesis) -> props.tracing(Tracing.ACTIVE),
                        FUNCTION,
                        "/TracingConfig/Mode",
                        "Active"),
                property(
                        "environmentEncryption",
                        (props, synthesis) -> props.environmentEncryption(Key.fromKeyArn(
                                synthesis.stack(), "Key", "arn:aws:kms:us-east-1:123456789012:key/some")),
                        FUNCTION,
                        "/KmsKeyArn",
                        "arn:aws:kms:us-east-1:123456789012:key/some"),
                property(
                        "tags",
                        (props, synthesis) -> props.tags(Map.of("team", "edge")),
                        FUNCTION,
                        "/Tags/0/Value",
                        "edge"),
                property(
                        "tags of the log",
                        (props, synthesis) -> props.tags(Map.of("team", "edge")),
                        LOG_GROUP,
                        "/Tags/0/Key",
                        "team"),
                property("logRetention by default", none, LOG_GROUP, "/RetentionInDays", "30"),
                property(
                        "logRetention",
                        (props, synthesis) -> props.logRetention(RetentionDays.ONE_WEEK),
                        LOG_GROUP,
                        "/RetentionInDays",
                        "7"),
                property("authorization of the Function URL", none, "AWS::Lambda::Url", "/AuthType", "AWS_IAM"),
                property(
                        "invokeMode",
                        (props, synthesis) -> props.invokeMode(InvokeMode.BUFFERED),
                        "AWS::Lambda::Url",
                        "/InvokeMode",
                        "BUFFERED"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("properties")
    void aPropertyIsInTheTemplate(String name, Setting setting, String type, String pointer, String value) {
        Synthesis synthesis = new Synthesis(folder);
        synthesis.proxy(props -> setting.accept(props, synthesis));

        assertThat(synthesis.only(type).at("/Properties" + pointer).asText()).isEqualTo(value);
    }

    @Test
    void everyPropertyHasAMethodInTheConstructsBuilder() {
        Set<String> properties = Arrays.stream(TailscaleProxyProps.class.getMethods())
                .map(Method::getName)
                .filter(name -> name.startsWith("get"))
                .map(name -> Character.toLowerCase(name.charAt(3)) + name.substring(4))
                .collect(Collectors.toSet());
        Set<String> methods = Arrays.stream(TailscaleProxy.Builder.class.getDeclaredMethods())
                .map(Method::getName)
                .filter(name -> !Set.of("create", "build").contains(name))
                .collect(Collectors.toSet());

        assertThat(methods).isEqualTo(properties);
    }

    @ParameterizedTest
    @EnumSource
    void theBenchmarkMeasuresAtTheMemoryThatIsTheDefault(ProxyRuntime runtime) {
        String kinds = "benchmarks/src/main/java/dev/tailnetproxy/benchmarks/FunctionBuild.java";

        assertThat(Repository.text(kinds))
                .containsPattern("(?m)^ +" + runtime + "\\(\"\\w+\", [\\w\"]+, " + runtime.defaultMemorySize() + "\\)");
    }

    @Test
    void takesAGivenLayerInPlaceOfItsOwn() {
        Synthesis synthesis = new Synthesis(folder);
        String arn = "arn:aws:lambda:us-east-1:123456789012:layer:some:1";
        TailscaleProxy.Builder.create(synthesis.stack(), "Proxy")
                .credentials(TailnetCredentials.authKey(synthesis.secret()))
                .functionArchive(synthesis.archives().jvm())
                .layer(LayerVersion.fromLayerVersionArn(synthesis.stack(), "Given", arn))
                .build();

        assertThat(synthesis.only(FUNCTION).at("/Properties/Layers/0").asText()).isEqualTo(arn);
        synthesis.template().resourceCountIs("AWS::Lambda::LayerVersion", 0);
    }

    @Test
    void runsInTheSubnetsAndSecurityGroupsOfAVpc() {
        Synthesis synthesis = new Synthesis(folder);
        Vpc vpc = Vpc.Builder.create(synthesis.stack(), "Vpc")
                .restrictDefaultSecurityGroup(false)
                .build();
        SecurityGroup group = SecurityGroup.Builder.create(synthesis.stack(), "Group")
                .vpc(vpc)
                .build();
        synthesis.proxy(props -> props.vpc(vpc)
                .vpcSubnets(SubnetSelection.builder()
                        .subnets(vpc.getPrivateSubnets().subList(0, 1))
                        .build())
                .securityGroups(List.of(group)));

        JsonNode network = synthesis.only(FUNCTION).at("/Properties/VpcConfig");
        assertThat(network.at("/SubnetIds")).hasSize(1);
        assertThat(network.at("/SecurityGroupIds/0/Fn::GetAtt/0").asText()).startsWith("Group");
    }

    @Test
    void losesItsLogWithTheStackUnlessItIsToBeKept() {
        Synthesis gone = new Synthesis(folder);
        gone.proxy();
        Synthesis kept = new Synthesis(folder);
        kept.proxy(props -> props.logRemovalPolicy(RemovalPolicy.RETAIN));

        assertThat(gone.only(LOG_GROUP).at("/DeletionPolicy").asText()).isEqualTo("Delete");
        assertThat(kept.only(LOG_GROUP).at("/DeletionPolicy").asText()).isEqualTo("Retain");
    }
}
