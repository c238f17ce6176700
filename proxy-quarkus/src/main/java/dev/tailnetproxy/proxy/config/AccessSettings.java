package dev.tailnetproxy.proxy.config;

import dev.tailnetproxy.contract.ProxyVariables;
import dev.tailnetproxy.contract.Variable;
import dev.tailnetproxy.function.environment.EnvironmentReader;
import dev.tailnetproxy.proxy.headers.UnderscoreHeaders;
import dev.tailnetproxy.proxy.metrics.MetricLabelFilter;
import dev.tailnetproxy.proxy.policy.CallerTargets;
import dev.tailnetproxy.proxy.policy.DeniedTargets;
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

    static TargetPolicy policy(EnvironmentReader environment, List<TargetPolicy.Endpoint> ownEndpoints) {
        return new TargetPolicy(
                TargetLists.read(environment, ProxyVariables.ALLOWED_TARGETS),
                new DeniedTargets(TargetLists.read(environment, ProxyVariables.DENIED_TARGETS)),
                ownEndpoints,
                environment.choice(ProxyVariables.PEERS).equals("listed")
                        ? TargetPolicy.Peers.LISTED
                        : TargetPolicy.Peers.ALL,
                Optional.empty());
    }

    static UnderscoreHeaders underscoreHeaders(EnvironmentReader environment) {
        return switch (environment.choice(ProxyVariables.UNDERSCORE_HEADERS)) {
            case "drop" -> UnderscoreHeaders.DROP;
            case "refuse" -> UnderscoreHeaders.REFUSE;
            default -> UnderscoreHeaders.PASS;
        };
    }

    static MetricLabelFilter metricLabelFilter(EnvironmentReader environment) {
        return new MetricLabelFilter(
                labels(environment, ProxyVariables.METRIC_SERVICES, names -> new MetricLabelFilter(names, Set.of())
                        .services()),
                labels(environment, ProxyVariables.METRIC_DIMENSIONS, names -> new MetricLabelFilter(Set.of(), names)
                        .dimensions()));
    }

    private static Set<String> labels(
            EnvironmentReader environment, Variable.Text variable, UnaryOperator<Set<String>> checked) {
        Set<String> names = Arrays.stream(environment.text(variable).split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
        try {
            return checked.apply(names);
        } catch (IllegalArgumentException e) {
            environment.reject(variable, "is not a list of metric labels: " + e.getMessage());
            return Set.of();
        }
    }

    /** What each principal may reach; where there are no principals, nobody could reach anything. */
    static Optional<CallerTargets> callers(EnvironmentReader environment) {
        Variable.Text variable = ProxyVariables.CALLER_TARGETS;
        if (!environment.isSet(variable)) {
            return Optional.empty();
        }
        if (environment.isSet(ProxyVariables.HTTP_PORT)) {
            environment.reject(
                    variable, "must not be set beside TS_PROXY_HTTP_PORT, where no request has a principal of AWS");
            return Optional.empty();
        }
        try {
            return Optional.of(CallerTargets.parse(environment.text(variable)));
        } catch (IllegalArgumentException e) {
            environment.reject(variable, "is not a list of principals with their targets: " + e.getMessage());
            return Optional.empty();
        }
    }
}
