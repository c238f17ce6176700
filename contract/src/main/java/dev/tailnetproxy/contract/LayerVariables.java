package dev.tailnetproxy.contract;

import dev.tailnetproxy.contract.Variable.Choice;
import dev.tailnetproxy.contract.Variable.Flag;
import dev.tailnetproxy.contract.Variable.Text;
import dev.tailnetproxy.contract.Variable.WholeNumber;
import java.util.List;
import java.util.OptionalInt;

/** The environment variables of the layer. Its extension is written in Go and reads them itself; a test compares the names. */
public final class LayerVariables {

    /** The longest of all timeouts, in milliseconds: a Lambda function runs for 15 minutes at most. */
    static final int MAX_MS = 900_000;

    private static final String DURATION = "milliseconds, or a duration such as `9s`";

    public static final Text SECRET_API_KEY = text(
            "TS_SECRET_API_KEY", "name or ARN of the Secrets Manager secret with the auth key or OAuth client secret");

    public static final Text AUTH_KEY_FILE = new Text(
            "TS_AUTH_KEY_FILE",
            "",
            "path",
            "file with the auth key or OAuth client secret, such as a mounted Secret of Kubernetes; read at each attempt");

    public static final Text SECRET_KEY_FIELD =
            text("TS_SECRET_KEY_FIELD", "the secret is JSON, and this field holds the key");

    public static final Text CLIENT_ID =
            text("TS_CLIENT_ID", "join with the function's own AWS identity and no secret");

    public static final Text AUDIENCE = text("TS_AUDIENCE", "the audience of the federated identity");

    public static final Text ID_TOKEN_FILE = new Text(
            "TS_ID_TOKEN_FILE",
            "",
            "path",
            "file with the identity token for `TS_CLIENT_ID`, such as a projected service account token of Kubernetes");

    public static final Text HOSTNAME = text("TS_HOSTNAME", "node name in the tailnet; empty: the function's name");

    public static final Text ADVERTISE_TAGS =
            text("TS_ADVERTISE_TAGS", "tags, required with an OAuth client secret or a federated identity");

    public static final Text LOGIN_SERVER = text("TS_LOGIN_SERVER", "another control server than Tailscale's");

    public static final Text EXTRA_CA = text("TS_EXTRA_CA", "PEM file added to the trusted roots");

    public static final Flag ACCEPT_ROUTES = new Flag("TS_ACCEPT_ROUTES", true, "as in `tailscale up`");

    public static final Flag ACCEPT_DNS = new Flag("TS_ACCEPT_DNS", true, "as in `tailscale up`");

    public static final Flag SHIELDS_UP = new Flag("TS_SHIELDS_UP", true, "as in `tailscale up`");

    public static final Flag TAILNET_ONLY =
            new Flag("TS_TAILNET_ONLY", false, "the SOCKS5 port refuses addresses that no node of the tailnet routes");

    public static final Text EXIT_NODE = new Text(
            "TS_EXIT_NODE",
            "",
            "name, address or `auto:any`",
            "the extension's setting; for the proxy it means that an exit node is required");

    public static final Flag EXIT_NODE_REQUIRED = new Flag(
            "TS_EXIT_NODE_REQUIRED",
            true,
            "no request is forwarded while the exit node that `TS_EXIT_NODE` or tailscaled's preferences name is missing; "
                    + "without such a name it has no effect");

    public static final Text EXIT_NODE_PING_TIMEOUT = new Text(
            "TS_EXIT_NODE_PING_TIMEOUT", "5s", "a duration such as `5s`", "timeout of one ping of the exit node");

    public static final WholeNumber EXIT_NODE_PING_RETRIES =
            new WholeNumber("TS_EXIT_NODE_PING_RETRIES", OptionalInt.of(3), 0, 100, "pings after the first");

    public static final WholeNumber SOCKS_PORT = new WholeNumber(
            "TS_SOCKS_PORT", OptionalInt.of(1055), 1, TargetGrammar.MAX_PORT, "port of the SOCKS5 server");

    public static final Text JOIN_TIMEOUT_MS =
            new Text("TS_JOIN_TIMEOUT_MS", "9000", DURATION, "the function starts at the latest after this time");

    public static final Text EXTRA_ARGS = text("TS_EXTRA_ARGS", "more arguments to `tailscale up`");

    public static final Choice LOG_LEVEL =
            new Choice("TS_LOG_LEVEL", List.of("info", "error", "debug"), "`debug` has tailscaled's own log");

    public static final Text RUN_DIR =
            new Text("TS_RUN_DIR", "/tmp/tailscale", "path", "the only folder that is written to");

    public static final Text FORWARDS = new Text(
            "TS_FORWARDS",
            "",
            "`[address:]port=host:port`, separated by commas",
            "ports that lead to targets in the tailnet; the address is 127.0.0.1 when it is left out");

    public static final WholeNumber FORWARD_MAX_CONNECTIONS = new WholeNumber(
            "TS_FORWARD_MAX_CONNECTIONS",
            OptionalInt.of(256),
            1,
            10_000,
            "maximum of open connections of all forwards together");

    public static final Text FORWARD_DRAIN_TIMEOUT_MS = new Text(
            "TS_FORWARD_DRAIN_TIMEOUT_MS",
            "20000",
            DURATION,
            "outside of Lambda: longest time for open connections of forwards after SIGTERM");

    private static final List<Variable> FOR_OPERATORS = List.of(
            SECRET_API_KEY,
            AUTH_KEY_FILE,
            SECRET_KEY_FIELD,
            CLIENT_ID,
            AUDIENCE,
            ID_TOKEN_FILE,
            HOSTNAME,
            ADVERTISE_TAGS,
            LOGIN_SERVER,
            EXTRA_CA,
            ACCEPT_ROUTES,
            ACCEPT_DNS,
            SHIELDS_UP,
            TAILNET_ONLY,
            EXIT_NODE,
            EXIT_NODE_REQUIRED,
            EXIT_NODE_PING_TIMEOUT,
            EXIT_NODE_PING_RETRIES,
            SOCKS_PORT,
            JOIN_TIMEOUT_MS,
            EXTRA_ARGS,
            LOG_LEVEL,
            RUN_DIR,
            FORWARDS,
            FORWARD_MAX_CONNECTIONS,
            FORWARD_DRAIN_TIMEOUT_MS);

    private LayerVariables() {}

    /** The variables that an operator may set, in the order of the documentation. */
    public static List<Variable> forOperators() {
        return FOR_OPERATORS;
    }

    private static Text text(String name, String description) {
        return new Text(name, "", "text", description);
    }
}
