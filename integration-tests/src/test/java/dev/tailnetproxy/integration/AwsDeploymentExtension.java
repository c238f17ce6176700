package dev.tailnetproxy.integration;

import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.io.IOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands one {@link AwsDeployment} beside the shared tailnet to every test class that asks for it. */
final class AwsDeploymentExtension implements ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(AwsDeploymentExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == AwsDeployment.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // The tailnet is there first, so that it is closed last.
        Tailnet tailnet = TailnetExtension.shared(context);
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(AwsDeployment.class, type -> start(tailnet), AwsDeployment.class);
    }

    private static AwsDeployment start(Tailnet tailnet) {
        try {
            return AwsDeployment.start(tailnet);
        } catch (IOException failure) {
            throw new IllegalStateException("the local AWS can't be set up", failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stop);
        }
    }
}
