package dev.tailnetproxy.proxy.config;

import dev.tailnetproxy.proxy.address.Port;
import dev.tailnetproxy.proxy.server.Access;
import dev.tailnetproxy.proxy.server.BearerTokens;
import dev.tailnetproxy.proxy.server.PemFiles;
import dev.tailnetproxy.proxy.server.ServerSettings;
import java.nio.file.Path;
import java.util.Optional;

/** The settings of the two ports that the proxy has outside Lambda. */
final class HttpPortSettings {

    private HttpPortSettings() {}

    /**
     * Checks them, and that the files can be used.
     *
     * @throws InvalidSettingException with a sentence that names the environment variable
     */
    static ServerSettings of(ProxyConfig config, Variable port) {
        Port requests = new Port(port.number(0, 1, Port.MAX));
        Variable managementPort = new Variable("TS_PROXY_MANAGEMENT_PORT", config.managementPort());
        Port management = new Port(managementPort.number(9000, 1, Port.MAX));
        if (requests.equals(management)) {
            throw managementPort.invalid("must not be the port of TS_PROXY_HTTP_PORT");
        }
        String host = new Variable("TS_PROXY_HTTP_HOST", config.httpHost()).text("0.0.0.0");
        return new ServerSettings(
                host,
                Optional.of(requests),
                new Variable("TS_PROXY_MANAGEMENT_HOST", config.managementHost()).text(host),
                Optional.of(management),
                new Variable("TS_PROXY_HTTP_IDLE_TIMEOUT_MS", config.httpIdleTimeoutMs()).millis(75_000, 1),
                new Variable("TS_PROXY_REQUEST_TIMEOUT_MS", config.requestTimeoutMs()).millis(900_000, 1),
                new Variable("TS_PROXY_DRAIN_TIMEOUT_MS", config.drainTimeoutMs()).millis(20_000, 0),
                new Variable("TS_PROXY_HTTP_MAX_CONNECTIONS", config.httpMaxConnections()).number(768, 1, 100_000),
                new Access(tls(config), tokens(config)));
    }

    private static Optional<Access.Tls> tls(ProxyConfig config) {
        Variable certificate = new Variable("TS_PROXY_HTTP_TLS_CERTIFICATE", config.httpTlsCertificate());
        Variable key = new Variable("TS_PROXY_HTTP_TLS_KEY", config.httpTlsKey());
        Variable clientCa = new Variable("TS_PROXY_HTTP_TLS_CLIENT_CA", config.httpTlsClientCa());
        if (certificate.value().isPresent() != key.value().isPresent()) {
            throw (key.value().isPresent() ? certificate : key)
                    .invalid(
                            "must be set, because TS_PROXY_HTTP_TLS_CERTIFICATE and TS_PROXY_HTTP_TLS_KEY belong together");
        }
        if (certificate.value().isEmpty()) {
            if (clientCa.value().isPresent()) {
                throw clientCa.invalid(
                        "must not be set without TS_PROXY_HTTP_TLS_CERTIFICATE: without TLS no client shows "
                                + "a certificate");
            }
            return Optional.empty();
        }
        Path certificateFile = Path.of(certificate.value().get());
        Path keyFile = Path.of(key.text(""));
        check(certificate, new Access.Tls(certificateFile, keyFile, Optional.empty()));
        Access.Tls files =
                new Access.Tls(certificateFile, keyFile, clientCa.value().map(Path::of));
        check(clientCa, files);
        return Optional.of(files);
    }

    private static void check(Variable variable, Access.Tls files) {
        try {
            PemFiles.read(files);
        } catch (IllegalArgumentException e) {
            throw variable.invalid("names a file that can't be used: " + e.getMessage());
        }
    }

    private static Optional<Path> tokens(ProxyConfig config) {
        Variable variable = new Variable("TS_PROXY_HTTP_TOKEN_FILE", config.httpTokenFile());
        Optional<Path> file = variable.value().map(Path::of);
        file.ifPresent(path -> {
            try {
                BearerTokens.read(path);
            } catch (IllegalArgumentException e) {
                throw variable.invalid("names a file that can't be used: " + e.getMessage());
            }
        });
        return file;
    }
}
