package dev.tailnetproxy.cdk;

import dev.tailnetproxy.contract.LayerVariables;
import dev.tailnetproxy.contract.Variable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.ILayerVersion;

/**
 * What makes a function join a tailnet. Everything is checked before anything is changed.
 *
 * @param layer the one with tailscaled
 * @param architecture the processor that it is built for
 * @param node the node in the tailnet
 * @param credentials how it joins
 * @param secretEncryptionKey the key of the credentials' secret where the secret does not name it
 */
record LayerAttachment(
        ILayerVersion layer,
        Architecture architecture,
        NodeOptions node,
        TailnetCredentials credentials,
        Optional<IKey> secretEncryptionKey) {

    private static final List<Variable> OF_CREDENTIALS =
            List.of(LayerVariables.SECRET_API_KEY, LayerVariables.CLIENT_ID);

    LayerAttachment {
        Validate.joinTags(credentials, node);
        Validate.secretEncryptionKey(credentials, secretEncryptionKey);
    }

    /** @throws IllegalArgumentException with a sentence when the function can't use the layer in this way */
    void attachTo(Function function) {
        requireArchitecture(function);
        RegionValidator.check(function, credentials, secretEncryptionKey);
        Map<String, String> variables = EnvironmentVariables.of(node, credentials);
        FunctionEnvironment environment = new FunctionEnvironment(function);
        requireNew(variables, environment);
        environment.checkSizeWith(variables);

        function.addLayers(layer);
        variables.forEach(function::addEnvironment);
        credentials.grantTo(
                Objects.requireNonNull(function.getRole(), "a function without a role"), secretEncryptionKey);
        function.getNode().addValidation(environment);
    }

    private void requireArchitecture(Function function) {
        String needed = function.getArchitecture().getName();
        Validate.isTrue(
                needed.equals(architecture.getName()),
                "the layer is for " + architecture.getName() + ", but the function " + path(function) + " is for "
                        + needed + ": give TailscaleLayerProps the function's architecture");
    }

    private static void requireNew(Map<String, String> variables, FunctionEnvironment environment) {
        Map<String, String> present = environment.variables();
        OF_CREDENTIALS.forEach(variable -> Validate.isTrue(
                !present.containsKey(variable.name()),
                "the function " + environment.path() + " joins a tailnet already, as " + variable.name()
                        + " says: attach one layer to it, once"));
        variables
                .keySet()
                .forEach(name -> Validate.isTrue(
                        !present.containsKey(name),
                        "the function " + environment.path() + " has " + name
                                + " already: remove it there, or its property of NodeOptions here"));
    }

    private static String path(Function function) {
        return function.getNode().getPath();
    }
}
