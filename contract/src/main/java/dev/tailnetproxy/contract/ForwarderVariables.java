package dev.tailnetproxy.contract;

import dev.tailnetproxy.contract.Variable.Choice;
import dev.tailnetproxy.contract.Variable.Text;
import dev.tailnetproxy.contract.Variable.WholeNumber;
import java.util.List;
import java.util.OptionalInt;

/** The environment variables of the proxy's forwarder mode. Without {@link #TARGET} none of them has an effect. */
public final class ForwarderVariables {

    /** What an HTTP API waits for at the most is 30 s; a response of the proxy must be under way before. */
    public static final int MAX_HTTP_API_TIMEOUT_MS = 29_000;

    private static final int DEFAULT_TIMEOUT_MS = 28_000;

    public static final Text TARGET = new Text(
            "TS_FORWARDER_TARGET",
            "",
            "URL",
            "turns forwarder mode on: the scheme, host, port and base path of every request, such as "
                    + "`https://name:8443/base`");

    public static final Choice GATEWAY = new Choice(
            "TS_FORWARDER_GATEWAY",
            List.of("http-api", "function-url"),
            "the gateway through which requests come; those of another one are refused. `function-url` only with a "
                    + "signature check or `TS_FORWARDER_ALLOWED_SOURCES`");

    public static final Text ALLOWED_SOURCES = new Text(
            "TS_FORWARDER_ALLOWED_SOURCES",
            "",
            "addresses and prefixes, separated by commas",
            "senders' addresses, IPv4 and IPv6, as the gateway sees them; empty: all");

    public static final Text ALLOWED_METHODS = new Text(
            "TS_FORWARDER_ALLOWED_METHODS",
            "POST",
            "methods, separated by commas, or `*`",
            "`*`: all but `CONNECT` and `TRACE`");

    public static final Text ALLOWED_PATHS = new Text(
            "TS_FORWARDER_ALLOWED_PATHS",
            "/*",
            "paths, separated by commas",
            "paths before the base path is added; `/a/*`: all paths that begin with `/a/`");

    public static final Text ALLOWED_CONTENT_TYPES = new Text(
            "TS_FORWARDER_ALLOWED_CONTENT_TYPES",
            "*/*",
            "media types, separated by commas",
            "types of bodies, without parameters; `type/*`, and `*/*` for bodies of any type or none");

    public static final WholeNumber MAX_BODY_BYTES = new WholeNumber(
            "TS_FORWARDER_MAX_BODY_BYTES",
            OptionalInt.of(SizeLimits.MAX_LAMBDA_PAYLOAD_BYTES),
            0,
            SizeLimits.MAX_LAMBDA_PAYLOAD_BYTES,
            "longest body; Lambda's limit for an event is the default");

    public static final WholeNumber TIMEOUT_MS = new WholeNumber(
            "TS_FORWARDER_TIMEOUT_MS",
            OptionalInt.of(DEFAULT_TIMEOUT_MS),
            1,
            LayerVariables.MAX_MS,
            "from the request's arrival at the gateway to the response; with `http-api` at most "
                    + MAX_HTTP_API_TIMEOUT_MS);

    public static final Choice RESPONSE = new Choice(
            "TS_FORWARDER_RESPONSE",
            List.of("status", "status-and-headers", "full", "accepted"),
            "what a sender gets of the target's response; `accepted`: 202, whatever the target's status is");

    private static final List<Variable> FOR_OPERATORS = List.of(
            TARGET,
            GATEWAY,
            ALLOWED_SOURCES,
            ALLOWED_METHODS,
            ALLOWED_PATHS,
            ALLOWED_CONTENT_TYPES,
            MAX_BODY_BYTES,
            TIMEOUT_MS,
            RESPONSE);

    private ForwarderVariables() {}

    /** The variables that an operator may set, in the order of the documentation. */
    public static List<Variable> forOperators() {
        return FOR_OPERATORS;
    }
}
