package dev.tailnetproxy.proxy.support;

import dev.tailnetproxy.proxy.config.ProxyConfig;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The proxy's configuration from environment variables that a test gives, without a running Quarkus. */
public final class TestConfig {

    private TestConfig() {}

    public static ProxyConfig of(Map<String, String> environment) throws IOException {
        Properties properties = settings();
        properties.putAll(environment);
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .addDefaultInterceptors()
                .withMapping(ProxyConfig.class)
                .build()
                .getConfigMapping(ProxyConfig.class);
    }

    /** Every environment variable that the proxy reads. */
    public static Set<String> variables() throws IOException {
        return settings().values().stream()
                .map(expression -> expression.toString().replaceAll("\\$\\{(\\w+):}", "$1"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Properties settings() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = TestConfig.class.getResourceAsStream("/application.properties")) {
            properties.load(in);
        }
        properties.keySet().removeIf(key -> !key.toString().startsWith("tailnet-proxy."));
        return properties;
    }
}
