package dev.tailnetproxy.cdk;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.FunctionProps;
import software.amazon.awscdk.services.lambda.ILayerVersion;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

/** The function of a proxy with its role. */
final class ProxyFunction extends Function {

    /** What was built, for what. */
    record Build(FunctionArchive archive, ProxyRuntime runtime, Architecture architecture) {

        /** @throws IllegalArgumentException with a sentence when there is no zip, or one for something else */
        static Build of(TailscaleProxyProps props) {
            FunctionArchive archive = FunctionArchive.of(props.getFunctionArchive());
            return new Build(
                    archive, archive.runtimeFor(props.getRuntime()), archive.architectureFor(props.getArchitecture()));
        }
    }

    ProxyFunction(
            Construct scope,
            String id,
            TailscaleProxyProps props,
            Build build,
            List<ILayerVersion> layers,
            LogGroup logGroup) {
        super(
                scope,
                id,
                FunctionProps.builder()
                        .functionName(orNull(props.getFunctionName()))
                        .description("Forwards signed requests into a tailnet")
                        .runtime(build.runtime().lambdaRuntime())
                        .handler(build.runtime().handler())
                        .code(Code.fromAsset(build.archive().path().toString()))
                        .architecture(build.architecture())
                        .layers(layers)
                        .role(new ProxyRole(scope, "Role", props, logGroup))
                        .logGroup(logGroup)
                        .memorySize(props.getMemorySize().orElse(build.runtime().defaultMemorySize()))
                        .timeout(props.getTimeout())
                        .environment(EnvironmentVariables.of(build.runtime(), props))
                        .environmentEncryption(orNull(props.getEnvironmentEncryption()))
                        .reservedConcurrentExecutions(orNull(props.getReservedConcurrentExecutions()))
                        .vpc(orNull(props.getVpc()))
                        .vpcSubnets(orNull(props.getVpcSubnets()))
                        .securityGroups(props.getSecurityGroups().isEmpty() ? null : props.getSecurityGroups())
                        .tracing(props.getTracing())
                        .build());
    }

    /** Most jsii builders take null for what is left out. */
    private static <T> @Nullable T orNull(Optional<T> value) {
        return value.orElse(null);
    }
}
