package dev.tailnetproxy.proxy.config;

import dev.tailnetproxy.contract.ProxyVariables;
import dev.tailnetproxy.contract.Variable;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.environment.EnvironmentReader;
import dev.tailnetproxy.function.forward.HttpService;
import dev.tailnetproxy.function.forward.HttpServiceGrammar;
import dev.tailnetproxy.proxy.server.Access;
import dev.tailnetproxy.proxy.server.BearerTokens;
import dev.tailnetproxy.proxy.server.PemFiles;
import dev.tailnetproxy.proxy.server.ServerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The settings of the two ports that the proxy has outside Lambda. */
final class HttpPortSettings {

    private HttpPortSettings() {}

    /** Checks them, and that the files can be used; empty when the environment has a mistake. */
    static Optional<ServerSettings> of(EnvironmentReader environment) {
        Port requests = new Port(environment.number(ProxyVariables.HTTP_PORT));
        Port management = new Port(environment.number(ProxyVariables.MANAGEMENT_PORT));
        if (requests.equals(management)) {
            environment.reject(ProxyVariables.MANAGEMENT_PORT, "must not be the port of TS_PROXY_HTTP_PORT");
        }
        String host = environment.text(ProxyVariables.HTTP_HOST);
        String managementHost =
                environment.value(ProxyVariables.MANAGEMENT_HOST).orElse(host);
        Duration idleTimeout = environment.millis(ProxyVariables.HTTP_IDLE_TIMEOUT_MS);
        Duration requestTimeout = environment.millis(ProxyVariables.REQUEST_TIMEOUT_MS);
        Duration upgradeIdleTimeout = environment.millis(ProxyVariables.HTTP_UPGRADE_IDLE_TIMEOUT_MS);
        Duration drainTimeout = environment.millis(ProxyVariables.DRAIN_TIMEOUT_MS);
        int maxConnections = environment.number(ProxyVariables.HTTP_MAX_CONNECTIONS);
        Access access = new Access(tls(environment), tokens(environment));
        if (environment.hasMistakes()) {
            return Optional.empty();
        }
        return Optional.of(new ServerSettings(
                host,
                Optional.of(requests),
                managementHost,
                Optional.of(management),
                idleTimeout,
                requestTimeout,
                upgradeIdleTimeout,
                drainTimeout,
                maxConnections,
                access));
    }

    /** The ports for requests to one target each; none when there is a mistake. */
    static List<HttpService> services(EnvironmentReader environment) {
        if (!environment.isSet(ProxyVariables.HTTP_PORT)) {
            environment.rejectWithoutEffect(ProxyVariables.SERVICES, ProxyVariables.HTTP_PORT.name());
            return List.of();
        }
        Map<Port, String> ownPorts = Stream.of(
                        ProxyVariables.HTTP_PORT, ProxyVariables.MANAGEMENT_PORT, ProxyVariables.SOCKS_PORT)
                .collect(Collectors.toMap(
                        port -> new Port(environment.number(port)), Variable::name, (first, second) -> first));
        HttpServiceGrammar.Reading reading =
                new HttpServiceGrammar(ownPorts).readList(environment.text(ProxyVariables.SERVICES));
        if (!reading.mistakes().isEmpty()) {
            environment.reject(ProxyVariables.SERVICES, "is not valid: " + String.join("; ", reading.mistakes()));
        }
        return reading.services();
    }

    private static Optional<Access.Tls> tls(EnvironmentReader environment) {
        Optional<Path> certificate = environment.path(ProxyVariables.HTTP_TLS_CERTIFICATE);
        Optional<Path> key = environment.path(ProxyVariables.HTTP_TLS_KEY);
        Optional<Path> clientCa = environment.path(ProxyVariables.HTTP_TLS_CLIENT_CA);
        if (certificate.isPresent() && key.isPresent()) {
            return usable(environment, certificate.get(), key.get(), clientCa);
        }
        if (certificate.isPresent() || key.isPresent()) {
            environment.reject(
                    key.isPresent() ? ProxyVariables.HTTP_TLS_CERTIFICATE : ProxyVariables.HTTP_TLS_KEY,
                    "must be set, because TS_PROXY_HTTP_TLS_CERTIFICATE and TS_PROXY_HTTP_TLS_KEY belong together");
        } else if (clientCa.isPresent()) {
            environment.reject(
                    ProxyVariables.HTTP_TLS_CLIENT_CA,
                    "must not be set without TS_PROXY_HTTP_TLS_CERTIFICATE: without TLS no client shows a certificate");
        }
        return Optional.empty();
    }

    private static Optional<Access.Tls> usable(
            EnvironmentReader environment, Path certificate, Path key, Optional<Path> clientCa) {
        Access.Tls files = new Access.Tls(certificate, key, clientCa);
        // The second check finds a mistake in the authorities only, as the first has read the rest.
        return check(
                                environment,
                                ProxyVariables.HTTP_TLS_CERTIFICATE,
                                new Access.Tls(certificate, key, Optional.empty()))
                        && check(environment, ProxyVariables.HTTP_TLS_CLIENT_CA, files)
                ? Optional.of(files)
                : Optional.empty();
    }

    private static boolean check(EnvironmentReader environment, Variable variable, Access.Tls files) {
        try {
            PemFiles.read(files);
            return true;
        } catch (IllegalArgumentException e) {
            environment.reject(variable, "names a file that can't be used: " + e.getMessage());
            return false;
        }
    }

    private static Optional<Path> tokens(EnvironmentReader environment) {
        Variable.Text variable = ProxyVariables.HTTP_TOKEN_FILE;
        Optional<Path> file = environment.path(variable);
        file.ifPresent(path -> {
            try {
                BearerTokens.read(path);
            } catch (IllegalArgumentException e) {
                environment.reject(variable, "names a file that can't be used: " + e.getMessage());
            }
        });
        return file;
    }
}
