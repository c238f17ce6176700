package dev.tailnetproxy.integration;

import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.Headscale;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.lang.annotation.Annotation;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands one {@link Tailnet} to every test class of a lane that asks for it; JUnit closes it after the last one. Those that
 * ask for {@link DefaultChangeDelay} share another.
 */
final class TailnetExtension implements ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(TailnetExtension.class);

    private static final List<Class<? extends Annotation>> LANES =
            List.of(FirstLane.class, SecondLane.class, ThirdLane.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Tailnet.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Duration changeDelay = parameter.isAnnotated(DefaultChangeDelay.class)
                ? Headscale.DEFAULT_CHANGE_DELAY
                : Headscale.SHORT_CHANGE_DELAY;
        return shared(context, changeDelay);
    }

    /** The one that most test classes of the lane share, for another extension. */
    static Tailnet shared(ExtensionContext context) {
        return shared(context, Headscale.SHORT_CHANGE_DELAY);
    }

    private static Tailnet shared(ExtensionContext context, Duration changeDelay) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(
                        new Key(lane(context.getRequiredTestClass()), changeDelay),
                        key -> new Shared(start(changeDelay)),
                        Shared.class)
                .tailnet();
    }

    private static Class<? extends Annotation> lane(Class<?> testClass) {
        return LANES.stream()
                .filter(testClass::isAnnotationPresent)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException(testClass + " is in no lane: annotate it with one of " + LANES));
    }

    private record Key(Class<? extends Annotation> lane, Duration changeDelay) {}

    private static Tailnet start(Duration changeDelay) {
        Artifacts artifacts = Artifacts.of(Checkout.FOLDER);
        return Tailnet.start(artifacts, changeDelay, step -> System.out.println("tailnet: " + step));
    }

    /** The tailnet's control server tells of a new node as late as headscale does by default. */
    @Target(ElementType.PARAMETER)
    @Retention(RetentionPolicy.RUNTIME)
    @interface DefaultChangeDelay {}

    private record Shared(Tailnet tailnet) implements AutoCloseable {
        @Override
        public void close() {
            tailnet.close();
        }
    }
}
