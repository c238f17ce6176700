package dev.tailnetproxy.cdk;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.FunctionProps;
import software.amazon.awscdk.services.lambda.ILayerVersion;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

/**
 * A Lambda function built by Quarkus, with a role and a log group of its own.
 *
 * <p>Role and log group are siblings of the function, with the ids {@code Role} and {@code LogGroup}: each function needs
 * a scope of its own.
 */
final class JavaFunction extends Function {

    private final LogGroup ownLogGroup;

    /** An archive with the runtime and processor that it is deployed for. */
    record Build(FunctionArchive archive, JavaRuntime runtime, Architecture architecture) {

        /** @throws IllegalArgumentException with a sentence when there is no zip, or one for something else */
        static Build of(JavaFunctionProps props) {
            FunctionArchive archive = FunctionArchive.of(props.getFunctionArchive());
            return new Build(
                    archive, archive.runtimeFor(props.getRuntime()), archive.architectureFor(props.getArchitecture()));
        }
    }

    /**
     * The part of a function that its construct decides, not the user.
     *
     * @param description of the function
     * @param roleDescription of its role
     * @param variables its environment variables without those of the runtime
     * @param rights adds to its role the rights beyond writing its log
     */
    record Content(
            Build build,
            String description,
            String roleDescription,
            List<ILayerVersion> layers,
            Map<String, String> variables,
            Consumer<Role> rights) {

        /** All environment variables: those of the runtime and of the function. */
        Map<String, String> allVariables() {
            Map<String, String> all = new TreeMap<>(build.runtime().variables());
            all.putAll(variables);
            return all;
        }
    }

    JavaFunction(Construct scope, String id, JavaFunctionProps props, Content content) {
        this(scope, id, props, content, new FunctionLogGroup(scope, "LogGroup", props));
    }

    private JavaFunction(Construct scope, String id, JavaFunctionProps props, Content content, LogGroup logGroup) {
        this(scope, id, props, content, logGroup, new FunctionRole(scope, "Role", content, props, logGroup));
    }

    private JavaFunction(
            Construct scope, String id, JavaFunctionProps props, Content content, LogGroup logGroup, Role role) {
        super(scope, id, functionProps(props, content, logGroup, role));
        this.ownLogGroup = logGroup;
    }

    private static FunctionProps functionProps(JavaFunctionProps props, Content content, LogGroup logGroup, Role role) {
        Build build = content.build();
        return FunctionProps.builder()
                .functionName(orNull(props.getFunctionName()))
                .description(content.description())
                .runtime(build.runtime().lambdaRuntime())
                .handler(build.runtime().handler())
                .code(Code.fromAsset(build.archive().path().toString()))
                .architecture(build.architecture())
                .layers(content.layers())
                .role(role)
                .logGroup(logGroup)
                .memorySize(props.getMemorySize().orElse(build.runtime().defaultMemorySize()))
                .timeout(props.getTimeout())
                .environment(content.allVariables())
                .environmentEncryption(orNull(props.getEnvironmentEncryption()))
                .reservedConcurrentExecutions(orNull(props.getReservedConcurrentExecutions()))
                .vpc(orNull(props.getVpc()))
                .vpcSubnets(orNull(props.getVpcSubnets()))
                .securityGroups(props.getSecurityGroups().isEmpty() ? null : props.getSecurityGroups())
                .tracing(props.getTracing())
                .build();
    }

    /** The log group; {@link #getLogGroup()} knows it as an interface only. */
    LogGroup ownLogGroup() {
        return ownLogGroup;
    }

    /** Most jsii builders take null for an absent value. */
    private static <T> @Nullable T orNull(Optional<T> value) {
        return value.orElse(null);
    }
}
