package dev.tailnetproxy.integration;

import dev.tailnetproxy.integration.tailnet.Artifacts;
import dev.tailnetproxy.integration.tailnet.Tailnet;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands one {@link Tailnet} to every test class that asks for it; JUnit closes it after the last one. */
final class TailnetExtension implements ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(TailnetExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Tailnet.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Tailnet.class, type -> new Shared(start()), Shared.class)
                .tailnet();
    }

    private static Tailnet start() {
        Artifacts artifacts = Artifacts.of(Path.of(System.getProperty("repository")));
        return Tailnet.start(artifacts, step -> System.out.println("tailnet: " + step));
    }

    private record Shared(Tailnet tailnet) implements AutoCloseable {
        @Override
        public void close() {
            tailnet.close();
        }
    }
}
