package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.cdk.support.TestArchives;
import dev.tailnetproxy.cdk.support.TestStack;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.immutables.value.Value;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.lambda.Tracing;
import software.constructs.Construct;

/** The base construct with a function that is not the proxy. */
class JavaFunctionTest {

    private static final String LOG = "[\"logs:CreateLogStream\",\"logs:PutLogEvents\"]";

    @TempDir
    private Path folder;

    private TestStack testStack;

    /** Props of another function: an archive of its own, a shorter timeout. */
    @Value.Immutable
    interface AuthorizerProps extends JavaFunctionProps {

        @Override
        @Value.Default
        default Duration getTimeout() {
            return Duration.seconds(5);
        }
    }

    @BeforeEach
    void testStack() {
        testStack = new TestStack(folder);
    }

    private JavaFunction authorizer(AuthorizerProps props) {
        return authorizer(props, role -> {});
    }

    private JavaFunction authorizer(AuthorizerProps props, Consumer<Role> rights) {
        JavaFunction.Content content = new JavaFunction.Content(
                JavaFunction.Build.of(props),
                "Authorizes webhooks",
                "The webhook authorizer",
                List.of(),
                Map.of("ALLOWED_SOURCES", "192.0.2.0/24"),
                rights);
        return new JavaFunction(new Construct(testStack.stack(), "Authorizer"), "Function", props, content);
    }

    private ImmutableAuthorizerProps.Builder nativeArchive() {
        return ImmutableAuthorizerProps.builder()
                .functionArchive(testStack.archives().nativeFor(TestArchives.ELF_AARCH64));
    }

    @Test
    void createsAnotherFunctionFromItsArchive() {
        authorizer(nativeArchive().tracing(Tracing.ACTIVE).build());

        JsonNode function = testStack.onlyResource("AWS::Lambda::Function").at("/Properties");
        assertThat(function.at("/Description").asText()).isEqualTo("Authorizes webhooks");
        assertThat(function.at("/Runtime").asText()).isEqualTo("provided.al2023");
        assertThat(function.at("/Architectures/0").asText()).isEqualTo("arm64");
        assertThat(function.at("/MemorySize").asInt()).isEqualTo(256);
        assertThat(function.at("/Timeout").asInt()).isEqualTo(5);
        assertThat(function.at("/TracingConfig/Mode").asText()).isEqualTo("Active");
        assertThat(function.has("Layers")).isFalse();
        assertThat(function.at("/LoggingConfig/LogGroup/Ref").asText()).startsWith("AuthorizerLogGroup");
        assertThat(testStack.variables())
                .isEqualTo(Map.of("ALLOWED_SOURCES", "192.0.2.0/24", "DISABLE_SIGNAL_HANDLERS", "true"));
    }

    @Test
    void roleOfAnotherFunctionMayOnlyWriteItsLog() {
        authorizer(nativeArchive().build());

        JsonNode statements = testStack.onlyResource("AWS::IAM::Policy").at("/Properties/PolicyDocument/Statement");
        assertThat(statements).hasSize(1);
        assertThat(statements.at("/0/Action")).hasToString(LOG);
        assertThat(statements.at("/0/Resource/Fn::GetAtt/0").asText()).startsWith("AuthorizerLogGroup");
        JsonNode role = testStack.onlyResource("AWS::IAM::Role").at("/Properties");
        assertThat(role.at("/AssumeRolePolicyDocument/Statement/0/Principal/Service")
                        .asText())
                .isEqualTo("lambda.amazonaws.com");
        assertThat(role.at("/Description").asText()).isEqualTo("The webhook authorizer");
        assertThat(role.has("ManagedPolicyArns")).isFalse();
    }

    @Test
    void rightsOfAnotherFunctionAreAddedToItsRole() {
        Key key = new Key(testStack.stack(), "Key");
        authorizer(nativeArchive().build(), key::grantEncrypt);

        assertThat(testStack.onlyResource("AWS::IAM::Policy").toString()).contains(LOG, "\"kms:Encrypt\"");
    }

    @Test
    void functionsOfOneStackShareNothing() {
        testStack.proxy();
        authorizer(nativeArchive().build());

        for (String type : List.of("AWS::Lambda::Function", "AWS::IAM::Role", "AWS::Logs::LogGroup")) {
            assertThat(testStack.template().findResources(type).keySet())
                    .as(type)
                    .hasSize(2)
                    .anyMatch(id -> id.startsWith("Proxy"))
                    .anyMatch(id -> id.startsWith("Authorizer"));
        }
    }

    @Test
    void propertiesOfAnyFunctionAreChecked() {
        assertThatThrownBy(() -> nativeArchive().memorySize(64).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("memorySize");
        AuthorizerProps jvm = nativeArchive().runtime(JavaRuntime.JVM).build();
        assertThatThrownBy(() -> authorizer(jvm))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("runtime is JVM, but ");
    }
}
