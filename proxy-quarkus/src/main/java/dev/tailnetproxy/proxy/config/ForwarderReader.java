package dev.tailnetproxy.proxy.config;

import dev.tailnetproxy.contract.ForwarderVariables;
import dev.tailnetproxy.contract.ProxyVariables;
import dev.tailnetproxy.contract.Variable;
import dev.tailnetproxy.contract.WebhookVariables;
import dev.tailnetproxy.function.environment.EnvironmentReader;
import dev.tailnetproxy.proxy.forwarder.AllowedContentTypes;
import dev.tailnetproxy.proxy.forwarder.AllowedMethods;
import dev.tailnetproxy.proxy.forwarder.AllowedPaths;
import dev.tailnetproxy.proxy.forwarder.AllowedSources;
import dev.tailnetproxy.proxy.forwarder.FixedTarget;
import dev.tailnetproxy.proxy.forwarder.ForwarderSettings;
import dev.tailnetproxy.proxy.forwarder.Gateway;
import dev.tailnetproxy.proxy.forwarder.RequestRules;
import dev.tailnetproxy.proxy.forwarder.ResponseDetail;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The settings of forwarder mode, from the environment. */
final class ForwarderReader {

    /** What has no meaning for senders on the internet. */
    private static final List<Variable> FOR_CLIENTS_ONLY = List.of(
            ProxyVariables.HTTP_PORT,
            ProxyVariables.CALLER_TARGETS,
            ProxyVariables.FORWARDED_HEADERS,
            ProxyVariables.LEGACY_ERRORS);

    private ForwarderReader() {}

    /**
     * Reads them; empty without a target, and when the environment has a mistake.
     *
     * @param checksSignatures whether the sender of every request is verified
     */
    static Optional<ForwarderSettings> read(EnvironmentReader environment, boolean checksSignatures) {
        if (!environment.isSet(ForwarderVariables.TARGET)) {
            Stream.concat(ForwarderVariables.forOperators().stream(), WebhookVariables.forOperators().stream())
                    .filter(environment::isChanged)
                    .forEach(variable ->
                            environment.reject(variable, "has no effect without " + ForwarderVariables.TARGET.name()));
            return Optional.empty();
        }
        FOR_CLIENTS_ONLY.stream()
                .filter(environment::isChanged)
                .forEach(variable ->
                        environment.reject(variable, "must not be set beside " + ForwarderVariables.TARGET.name()));
        Optional<FixedTarget> target = parsed(environment, ForwarderVariables.TARGET, FixedTarget::parse);
        Gateway gateway = environment.choice(ForwarderVariables.GATEWAY).equals("function-url")
                ? Gateway.FUNCTION_URL
                : Gateway.HTTP_API;
        Optional<AllowedSources> sources =
                parsed(environment, ForwarderVariables.ALLOWED_SOURCES, AllowedSources::parse);
        Optional<RequestRules> rules = rules(environment, sources.orElseGet(() -> new AllowedSources(List.of())));
        Duration timeout = timeout(environment, gateway);
        ResponseDetail response = response(environment);
        // A list with a mistake is a mistake of its own.
        boolean limitsSources = sources.map(AllowedSources::isLimited).orElse(true);
        if (gateway == Gateway.FUNCTION_URL && !checksSignatures && !limitsSources) {
            environment.reject(
                    ForwarderVariables.GATEWAY,
                    "must not be \"function-url\" without a signature check or "
                            + ForwarderVariables.ALLOWED_SOURCES.name()
                            + ", because everybody may call a Function URL without authentication");
        }
        if (environment.hasMistakes()) {
            return Optional.empty();
        }
        return target.flatMap(fixed ->
                rules.map(rule -> new ForwarderSettings(fixed, gateway, rule, timeout, response, checksSignatures)));
    }

    private static Optional<RequestRules> rules(EnvironmentReader environment, AllowedSources sources) {
        Optional<AllowedMethods> methods =
                parsed(environment, ForwarderVariables.ALLOWED_METHODS, AllowedMethods::parse);
        Optional<AllowedPaths> paths = parsed(environment, ForwarderVariables.ALLOWED_PATHS, AllowedPaths::parse);
        Optional<AllowedContentTypes> types =
                parsed(environment, ForwarderVariables.ALLOWED_CONTENT_TYPES, AllowedContentTypes::parse);
        int maxBodyBytes = environment.number(ForwarderVariables.MAX_BODY_BYTES);
        return methods.isPresent() && paths.isPresent() && types.isPresent()
                ? Optional.of(new RequestRules(sources, methods.get(), paths.get(), types.get(), maxBodyBytes))
                : Optional.empty();
    }

    private static <T> Optional<T> parsed(
            EnvironmentReader environment, Variable.Text variable, Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(environment.text(variable)));
        } catch (IllegalArgumentException e) {
            environment.reject(variable, "is not valid: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static Duration timeout(EnvironmentReader environment, Gateway gateway) {
        int millis = environment.number(ForwarderVariables.TIMEOUT_MS);
        if (gateway == Gateway.HTTP_API && millis > ForwarderVariables.MAX_HTTP_API_TIMEOUT_MS) {
            environment.reject(
                    ForwarderVariables.TIMEOUT_MS,
                    "must be at most " + ForwarderVariables.MAX_HTTP_API_TIMEOUT_MS
                            + ", because an HTTP API gives up after 30 s, but is \"" + millis + "\"");
        }
        return Duration.ofMillis(millis);
    }

    private static ResponseDetail response(EnvironmentReader environment) {
        return switch (environment.choice(ForwarderVariables.RESPONSE)) {
            case "full" -> ResponseDetail.FULL;
            case "status-and-headers" -> ResponseDetail.STATUS_AND_HEADERS;
            case "accepted" -> ResponseDetail.ACCEPTED;
            default -> ResponseDetail.STATUS;
        };
    }
}
