package dev.tailnetproxy.proxy.config;

import dev.tailnetproxy.proxy.headers.UnderscoreHeaders;
import dev.tailnetproxy.proxy.metrics.MetricLabelFilter;
import dev.tailnetproxy.proxy.policy.CallerTargets;
import dev.tailnetproxy.proxy.policy.TargetPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The settings of who may reach what, and of what clients say that somebody else could misread or pay for. */
final class AccessSettings {

    private AccessSettings() {}

    static TargetPolicy policy(ProxyConfig config, List<TargetPolicy.Endpoint> ownEndpoints) {
        boolean onlyListed = new Variable("TS_PROXY_PEERS", config.peers()).isAlternative("all", "listed");
        return new TargetPolicy(
                new Variable("TS_PROXY_ALLOWED_TARGETS", config.allowedTargets()).rules(),
                new Variable("TS_PROXY_DENIED_TARGETS", config.deniedTargets()).rules(),
                ownEndpoints,
                onlyListed ? TargetPolicy.Peers.LISTED : TargetPolicy.Peers.ALL,
                Optional.empty());
    }

    static UnderscoreHeaders underscoreHeaders(ProxyConfig config) {
        Variable variable = new Variable("TS_PROXY_UNDERSCORE_HEADERS", config.underscoreHeaders());
        return switch (variable.text("pass")) {
            case "pass" -> UnderscoreHeaders.PASS;
            case "drop" -> UnderscoreHeaders.DROP;
            case "refuse" -> UnderscoreHeaders.REFUSE;
            default ->
                throw variable.invalid(
                        "must be \"pass\", \"drop\" or \"refuse\", but is \"" + variable.text("") + "\"");
        };
    }

    static MetricLabelFilter metricLabelFilter(ProxyConfig config) {
        Variable services = new Variable("TS_PROXY_METRIC_SERVICES", config.metricServices());
        Variable dimensions = new Variable("TS_PROXY_METRIC_DIMENSIONS", config.metricDimensions());
        return new MetricLabelFilter(
                labels(services, names -> new MetricLabelFilter(names, Set.of()).services()),
                labels(dimensions, names -> new MetricLabelFilter(Set.of(), names).dimensions()));
    }

    private static Set<String> labels(Variable variable, UnaryOperator<Set<String>> checked) {
        Set<String> names = Arrays.stream(variable.text("").split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
        try {
            return checked.apply(names);
        } catch (IllegalArgumentException e) {
            throw variable.invalid("is not a list of metric labels: " + e.getMessage());
        }
    }

    /** What each principal may reach; where there are no principals, nobody could reach anything. */
    static Optional<CallerTargets> callers(ProxyConfig config) {
        Variable variable = new Variable("TS_PROXY_CALLER_TARGETS", config.callerTargets());
        if (variable.value().isEmpty()) {
            return Optional.empty();
        }
        if (new Variable("TS_PROXY_HTTP_PORT", config.httpPort()).value().isPresent()) {
            throw variable.invalid(
                    "must not be set beside TS_PROXY_HTTP_PORT, where no request has a principal of AWS");
        }
        try {
            return Optional.of(CallerTargets.parse(variable.text("")));
        } catch (IllegalArgumentException e) {
            throw variable.invalid("is not a list of principals with their targets: " + e.getMessage());
        }
    }
}
