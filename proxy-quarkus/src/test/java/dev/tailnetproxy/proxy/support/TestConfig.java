package dev.tailnetproxy.proxy.support;

import dev.tailnetproxy.function.environment.Environment;
import java.util.Map;
import java.util.Optional;

/** The proxy's environment from variables that a test gives, without a running Quarkus. */
public final class TestConfig {

    private TestConfig() {}

    public static Environment of(Map<String, String> environment) {
        return name -> Optional.ofNullable(environment.get(name));
    }
}
