package dev.tailnetproxy.authorizer;

import dev.tailnetproxy.function.environment.Environment;
import io.quarkus.runtime.Startup;
import io.smallrye.config.Expressions;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** Makes the policy from the environment at start. */
@Singleton
class Wiring {

    private static final Logger LOG = Logger.getLogger(Wiring.class);

    /** Values as they are: an expression that Quarkus can't expand would stop the start before anything is said. */
    @Produces
    @Singleton
    Environment environment(Config config) {
        return name -> Expressions.withoutExpansion(() -> config.getOptionalValue(name, String.class));
    }

    @Produces
    @Singleton
    @Startup
    SourcePolicy policy(Environment environment) {
        SourcePolicy policy = SourcePolicy.of(environment);
        policy.warning().ifPresent(LOG::warn);
        return policy;
    }
}
