package dev.tailnetproxy.integration;

import dev.tailnetproxy.localstack.kubernetes.GatewayCluster;
import dev.tailnetproxy.localstack.kubernetes.KubernetesCluster;
import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands one cluster with two nodes, in the zones a and b, to every test class that asks for it, in the network of the
 * {@link Tailnet} of the class's lane; and the chart, installed in it, to those that ask for {@link GatewayCluster}. JUnit
 * closes them after the last test class. With {@code -Dlocal-images=without-kubernetes} these classes are skipped.
 */
final class KubernetesExtension implements ParameterResolver, ExecutionCondition {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(KubernetesExtension.class);

    private static final Set<Class<?>> TYPES = Set.of(KubernetesCluster.class, GatewayCluster.class);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return artifacts().hasKubernetes()
                ? ConditionEvaluationResult.enabled("the images are there")
                : ConditionEvaluationResult.disabled("the images of a cluster were left out");
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return TYPES.contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == GatewayCluster.class ? gateway(context) : cluster(context);
    }

    private static KubernetesCluster cluster(ExtensionContext context) {
        // The tailnet is there first, so that it is closed last.
        Tailnet tailnet = TailnetExtension.shared(context);
        return shared(context, KubernetesCluster.class, () -> {
            step("starting two nodes");
            return KubernetesCluster.start(artifacts(), tailnet, List.of("a", "b"));
        });
    }

    private static GatewayCluster gateway(ExtensionContext context) {
        KubernetesCluster cluster = cluster(context);
        return shared(
                context,
                GatewayCluster.class,
                () -> GatewayCluster.install(
                        artifacts(), TailnetExtension.shared(context), cluster, KubernetesExtension::step));
    }

    private static <T extends AutoCloseable> T shared(ExtensionContext context, Class<T> type, Supplier<T> start) {
        return context.getRoot().getStore(NAMESPACE).computeIfAbsent(type, key -> start.get(), type);
    }

    private static Artifacts artifacts() {
        return Artifacts.of(Checkout.FOLDER);
    }

    private static void step(String text) {
        System.out.println("cluster: " + text);
    }
}
