package dev.tailnetproxy.contract;

import dev.tailnetproxy.contract.Variable.Choice;
import dev.tailnetproxy.contract.Variable.Flag;
import dev.tailnetproxy.contract.Variable.NumberOrAuto;
import dev.tailnetproxy.contract.Variable.Text;
import dev.tailnetproxy.contract.Variable.WholeNumber;
import java.util.List;
import java.util.OptionalInt;

/** The environment variables of the proxy. */
public final class ProxyVariables {

    private static final int MAX_CONNECTIONS_BOUND = 100_000;
    private static final int MAX_BYTES_BOUND = 999_999_999;
    private static final String PATH = "path";
    private static final String TARGETS = "targets";

    public static final WholeNumber SOCKS_PORT = LayerVariables.SOCKS_PORT;

    public static final Text SOCKS_HOST =
            new Text("TS_PROXY_SOCKS_HOST", "127.0.0.1", "address or name", "host of the SOCKS5 server");

    public static final Text LOCALAPI_SOCKET = new Text(
            "TS_PROXY_LOCALAPI_SOCKET",
            "/tmp/tailscale/tailscaled.sock",
            "path, or `none`",
            "tailscaled's socket; `none` for another SOCKS5 server, whose state readiness and metrics do not show");

    public static final Text STATE_FILE = new Text(
            "TS_PROXY_STATE_FILE",
            "/tmp/tailscale/state.json",
            PATH,
            "the extension's state file, the source of the reason for a 503");

    public static final Text ALLOWED_TARGETS =
            new Text("TS_PROXY_ALLOWED_TARGETS", "", TARGETS, "targets that are allowed beside the peers; see above");

    public static final Text DENIED_TARGETS =
            new Text("TS_PROXY_DENIED_TARGETS", "", TARGETS, "targets that are refused; see above");

    public static final Choice PEERS = new Choice(
            "TS_PROXY_PEERS", List.of("all", "listed"), "`listed`: peers only as far as the allowed targets list them");

    public static final Text CALLER_TARGETS = new Text(
            "TS_PROXY_CALLER_TARGETS",
            "",
            "principals with targets",
            "the targets of each principal; empty: all principals reach the same targets. Refused with "
                    + "`TS_PROXY_HTTP_PORT`");

    public static final Choice FORWARDED_HEADERS = new Choice(
            "TS_PROXY_FORWARDED_HEADERS",
            List.of("drop", "pass"),
            "`pass` keeps the fields that the Function URL adds");

    public static final Choice UNDERSCORE_HEADERS = new Choice(
            "TS_PROXY_UNDERSCORE_HEADERS",
            List.of("pass", "drop", "refuse"),
            "`drop` or `refuse`: request fields that a target may read as others");

    public static final Text METRIC_SERVICES = new Text(
            "TS_PROXY_METRIC_SERVICES",
            "",
            "labels, separated by commas",
            "services that are counted separately; empty: all. See Metrics");

    public static final Text METRIC_DIMENSIONS = new Text(
            "TS_PROXY_METRIC_DIMENSIONS",
            "",
            "labels, separated by commas",
            "names of dimensions that are counted separately; empty: all. See Metrics");

    public static final WholeNumber JOIN_WAIT_MS =
            millis("TS_PROXY_JOIN_WAIT_MS", 10_000, 0, "longest wait for joining");

    public static final WholeNumber SETTLE_MS = millis(
            "TS_PROXY_SETTLE_MS",
            10_000,
            0,
            "time after joining or a freeze in which failed dials are repeated, and peers pinged before their first"
                    + " dial");

    public static final WholeNumber CONNECT_TIMEOUT_MS = millis("TS_PROXY_CONNECT_TIMEOUT_MS", 10_000, 1, "one dial");

    public static final WholeNumber FIRST_BYTE_TIMEOUT_MS =
            millis("TS_PROXY_FIRST_BYTE_TIMEOUT_MS", 900_000, 1, "from the request to the response's header section");

    public static final WholeNumber IDLE_TIMEOUT_MS = millis(
            "TS_PROXY_IDLE_TIMEOUT_MS", 30_000, 1, "longest idle time after which a connection to a target is reused");

    public static final WholeNumber MAX_CONNECTIONS =
            connections("TS_PROXY_MAX_CONNECTIONS", 256, "connections to each address and port");

    public static final WholeNumber MAX_DIALS = connections(
            "TS_PROXY_MAX_DIALS", 32, "dials at once to all targets, three quarters of them to one; see Limits");

    public static final NumberOrAuto MAX_TARGET_CONNECTIONS = new NumberOrAuto(
            "TS_PROXY_MAX_TARGET_CONNECTIONS",
            MAX_CONNECTIONS_BOUND,
            "connections to all targets; see Limits, also for the next three");

    public static final NumberOrAuto MAX_WAITING =
            new NumberOrAuto("TS_PROXY_MAX_WAITING", MAX_CONNECTIONS_BOUND, "requests that wait for a connection");

    public static final NumberOrAuto MAX_REQUESTS =
            new NumberOrAuto("TS_PROXY_MAX_REQUESTS", MAX_CONNECTIONS_BOUND, "requests in flight to targets");

    public static final NumberOrAuto MAX_BUFFERED_BYTES =
            new NumberOrAuto("TS_PROXY_MAX_BUFFERED_BYTES", MAX_BYTES_BOUND, "bytes of bodies in memory");

    public static final Text CA_BUNDLE =
            new Text("TS_PROXY_CA_BUNDLE", "", PATH, "PEM file with at least one certificate");

    public static final Text TLS_INSECURE_TARGETS = new Text(
            "TS_PROXY_TLS_INSECURE_TARGETS",
            "",
            TARGETS,
            "targets, in the form above, whose certificate is not verified; a warning at start names them");

    public static final Choice METRICS = new Choice(
            "TS_PROXY_METRICS", List.of("emf", "cloudwatch", "none"), "`cloudwatch` only in Lambda; see Metrics");

    public static final Text EXIT_NODE = LayerVariables.EXIT_NODE;

    public static final Flag EXIT_NODE_REQUIRED = LayerVariables.EXIT_NODE_REQUIRED;

    public static final Flag LEGACY_ERRORS =
            new Flag("LEGACY_ERRORS", false, "every error but those with 400 has the status 500");

    public static final WholeNumber HTTP_PORT =
            port("TS_PROXY_HTTP_PORT", OptionalInt.empty(), "port for requests, outside Lambda; refused in Lambda");

    public static final Text HTTP_HOST =
            new Text("TS_PROXY_HTTP_HOST", "0.0.0.0", "address or name", "address to listen on");

    public static final Text SERVICES = new Text(
            "TS_PROXY_SERVICES",
            "",
            "ports with URLs, separated by commas",
            "ports for requests to one target each, such as `20001=https://orders:8443`; see Services");

    public static final WholeNumber HTTP_MAX_CONNECTIONS = connections(
            "TS_PROXY_HTTP_MAX_CONNECTIONS",
            768,
            "maximum of client connections to the HTTP port; three quarters from one address");

    public static final Text HTTP_TLS_CERTIFICATE = new Text(
            "TS_PROXY_HTTP_TLS_CERTIFICATE",
            "",
            PATH,
            "PEM file: the HTTP port's certificate with its chain; only together with `TS_PROXY_HTTP_TLS_KEY`");

    public static final Text HTTP_TLS_KEY = new Text(
            "TS_PROXY_HTTP_TLS_KEY",
            "",
            PATH,
            "PEM file: the certificate's key; only together with `TS_PROXY_HTTP_TLS_CERTIFICATE`");

    public static final Text HTTP_TLS_CLIENT_CA = new Text(
            "TS_PROXY_HTTP_TLS_CLIENT_CA", "", PATH, "PEM file of the authorities that issue client certificates");

    public static final Text HTTP_TOKEN_FILE =
            new Text("TS_PROXY_HTTP_TOKEN_FILE", "", PATH, "file of one or two bearer tokens");

    public static final Text MANAGEMENT_HOST = new Text(
            "TS_PROXY_MANAGEMENT_HOST",
            "",
            "address or name",
            "address to listen on for health and metrics; empty: that of `TS_PROXY_HTTP_HOST`");

    public static final WholeNumber MANAGEMENT_PORT =
            port("TS_PROXY_MANAGEMENT_PORT", OptionalInt.of(9000), "port for health and metrics");

    public static final WholeNumber HTTP_IDLE_TIMEOUT_MS = millis(
            "TS_PROXY_HTTP_IDLE_TIMEOUT_MS",
            75_000,
            1,
            "longest time in which a connection to the HTTP port has no request in flight");

    public static final WholeNumber HTTP_UPGRADE_IDLE_TIMEOUT_MS = millis(
            "TS_PROXY_HTTP_UPGRADE_IDLE_TIMEOUT_MS",
            300_000,
            1,
            "longest time in which no byte passes on a connection to the HTTP port after an upgrade");

    public static final WholeNumber REQUEST_TIMEOUT_MS =
            millis("TS_PROXY_REQUEST_TIMEOUT_MS", 900_000, 1, "longest time for one request on the HTTP port");

    public static final WholeNumber DRAIN_TIMEOUT_MS = millis(
            "TS_PROXY_DRAIN_TIMEOUT_MS",
            20_000,
            0,
            "longest time for requests in flight when the process is told to stop");

    public static final Text LAMBDA_RUNTIME_API =
            new Text("AWS_LAMBDA_RUNTIME_API", "", "host and port", "set by Lambda: the process is a function's");

    private static final List<Variable> FOR_OPERATORS = List.of(
            SOCKS_PORT,
            SOCKS_HOST,
            LOCALAPI_SOCKET,
            STATE_FILE,
            ALLOWED_TARGETS,
            DENIED_TARGETS,
            PEERS,
            CALLER_TARGETS,
            FORWARDED_HEADERS,
            UNDERSCORE_HEADERS,
            METRIC_SERVICES,
            METRIC_DIMENSIONS,
            JOIN_WAIT_MS,
            SETTLE_MS,
            CONNECT_TIMEOUT_MS,
            FIRST_BYTE_TIMEOUT_MS,
            IDLE_TIMEOUT_MS,
            MAX_CONNECTIONS,
            MAX_DIALS,
            MAX_TARGET_CONNECTIONS,
            MAX_WAITING,
            MAX_REQUESTS,
            MAX_BUFFERED_BYTES,
            CA_BUNDLE,
            TLS_INSECURE_TARGETS,
            METRICS,
            EXIT_NODE,
            EXIT_NODE_REQUIRED,
            LEGACY_ERRORS,
            HTTP_PORT,
            HTTP_HOST,
            SERVICES,
            HTTP_MAX_CONNECTIONS,
            HTTP_TLS_CERTIFICATE,
            HTTP_TLS_KEY,
            HTTP_TLS_CLIENT_CA,
            HTTP_TOKEN_FILE,
            MANAGEMENT_HOST,
            MANAGEMENT_PORT,
            HTTP_IDLE_TIMEOUT_MS,
            HTTP_UPGRADE_IDLE_TIMEOUT_MS,
            REQUEST_TIMEOUT_MS,
            DRAIN_TIMEOUT_MS);

    private ProxyVariables() {}

    /** The variables that an operator may set, in the order of the documentation. */
    public static List<Variable> forOperators() {
        return FOR_OPERATORS;
    }

    private static WholeNumber millis(String name, int defaultValue, int min, String description) {
        return new WholeNumber(name, OptionalInt.of(defaultValue), min, LayerVariables.MAX_MS, description);
    }

    private static WholeNumber port(String name, OptionalInt defaultPort, String description) {
        return new WholeNumber(name, defaultPort, 1, TargetGrammar.MAX_PORT, description);
    }

    private static WholeNumber connections(String name, int defaultValue, String description) {
        return new WholeNumber(name, OptionalInt.of(defaultValue), 1, MAX_CONNECTIONS_BOUND, description);
    }
}
