package dev.tailnetproxy.cdk;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.lambda.ILayerVersion;
import software.constructs.Construct;

/** The function that is the proxy, with its layers, in one of its modes. */
final class ProxyFunction {

    /**
     * What differs between the modes.
     *
     * @param description of the function
     * @param roleDescription of its role
     * @param variables of the function, without those of the runtime
     * @param rights adds to its role the rights of this mode alone
     * @param advice how to make the variables shorter
     */
    record Purpose(
            String description,
            String roleDescription,
            Map<String, String> variables,
            Consumer<Role> rights,
            String advice) {}

    private final ProxyFunctionProps props;
    private final ProxyLayers layers;
    private final Map<String, String> variables;
    private final JavaFunction function;

    /** @throws IllegalArgumentException with a sentence when a property cannot be right or a zip was not built yet */
    ProxyFunction(Construct scope, ProxyFunctionProps props, Purpose purpose) {
        this.props = props;
        RegionValidator.check(scope, props);
        JavaFunction.Build build = JavaFunction.Build.of(props);
        Annotations.of(scope)
                .addInfo("deploys the " + build.runtime() + " build of the proxy, "
                        + build.archive().path());
        this.layers = new ProxyLayers(scope, props, build.architecture());
        JavaFunction.Content content = new JavaFunction.Content(
                build, purpose.description(), purpose.roleDescription(), layers.all(), purpose.variables(), role -> {
                    addRights(role);
                    purpose.rights().accept(role);
                });
        this.variables = content.allVariables();
        EnvironmentVariables.checkSize(variables, purpose.advice());
        this.function = new JavaFunction(scope, "Function", props, content);
    }

    /** The proxy reads its one secret or requests its one token, and may publish its metrics. */
    private void addRights(Role role) {
        props.getCredentials().grantTo(role, props.getSecretEncryptionKey());
        if (props.getProxyOptions().getMetrics() == MetricsDestination.CLOUDWATCH) {
            role.addToPolicy(PolicyStatements.onAllResources(
                    List.of("cloudwatch:PutMetricData"),
                    Map.of("StringEquals", Map.of("cloudwatch:namespace", ProxyMonitoring.NAMESPACE))));
        }
    }

    JavaFunction function() {
        return function;
    }

    ILayerVersion layer() {
        return layers.tailscale();
    }

    /** All of the function's variables. */
    Map<String, String> variables() {
        return variables;
    }
}
