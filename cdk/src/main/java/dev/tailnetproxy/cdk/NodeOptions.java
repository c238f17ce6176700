package dev.tailnetproxy.cdk;

import dev.tailnetproxy.contract.LayerVariables;
import java.util.List;
import java.util.Optional;
import org.immutables.value.Value;
import software.amazon.awscdk.Duration;

/** The node that the layer's extension joins to the tailnet. A property that is left out has the extension's default. */
@Value.Immutable
public interface NodeOptions {

    /**
     * {@code TS_HOSTNAME}: the machine's name in the tailnet.
     *
     * <p>Default: the function's name
     */
    Optional<String> getHostname();

    /**
     * {@code TS_ADVERTISE_TAGS}: tags such as {@code tag:lambda}. Needed with an OAuth client and a federated identity.
     *
     * <p>Default: those of the auth key
     */
    List<String> getAdvertiseTags();

    /**
     * {@code TS_LOGIN_SERVER}: address of another control server.
     *
     * <p>Default: Tailscale's
     */
    Optional<String> getLoginServer();

    /**
     * {@code TS_EXTRA_CA}: path of a PEM file in the function's environment, added to the node's trusted roots. {@link
     * TailscaleProxyProps#getCaBundle()} brings a file of the machine that deploys there.
     */
    Optional<String> getExtraCa();

    /**
     * {@code TS_ACCEPT_ROUTES}: whether the routes of subnet routers are used.
     *
     * <p>Default: true
     */
    Optional<Boolean> getAcceptRoutes();

    /**
     * {@code TS_ACCEPT_DNS}: whether the tailnet's DNS settings are used.
     *
     * <p>Default: true
     */
    Optional<Boolean> getAcceptDns();

    /**
     * {@code TS_SHIELDS_UP}: whether connections from the tailnet to the function are refused.
     *
     * <p>Default: true
     */
    Optional<Boolean> getShieldsUp();

    /**
     * {@code TS_EXIT_NODE} and its settings.
     *
     * <p>Default: none
     */
    Optional<ExitNodeOptions> getExitNode();

    /**
     * {@code TS_SOCKS_PORT}: port of the SOCKS5 server inside of the function's environment.
     *
     * <p>Default: 1055
     */
    Optional<Integer> getSocksPort();

    /**
     * {@code TS_JOIN_TIMEOUT_MS}: the function starts at the latest after this time; joining goes on. Lambda gives an
     * environment 10 seconds to start.
     *
     * <p>Default: 9 seconds
     */
    Optional<Duration> getJoinTimeout();

    /**
     * {@code TS_FORWARDS}: ports of the function's environment that lead to targets in the tailnet, for programs without
     * SOCKS5. Each is {@code [address:]port=host:port}, as {@link Builder#forward(int, String)} writes it.
     *
     * <p>Default: none
     */
    List<String> getForwards();

    /**
     * {@code TS_FORWARD_MAX_CONNECTIONS}: maximum of open connections of all forwards together.
     *
     * <p>Default: 256
     */
    Optional<Integer> getForwardMaxConnections();

    /** {@code TS_EXTRA_ARGS}: more arguments to {@code tailscale up}, split as a shell does. */
    Optional<String> getExtraArgs();

    /**
     * {@code TS_LOG_LEVEL}.
     *
     * <p>Default: {@link ExtensionLogLevel#INFO}
     */
    Optional<ExtensionLogLevel> getLogLevel();

    /**
     * {@code TS_RUN_DIR}: the one folder that the extension writes to. The proxy looks there as well unless {@link
     * ProxyOptions} sets another one.
     *
     * <p>Default: {@code /tmp/tailscale}
     */
    Optional<String> getRunDir();

    @Value.Check
    default void check() {
        Validate.hostname("hostname", getHostname());
        Validate.tags("advertiseTags", getAdvertiseTags());
        Validate.httpUrl("loginServer", getLoginServer());
        Validate.pemFile("extraCa", getExtraCa());
        Validate.range("socksPort", getSocksPort(), LayerVariables.SOCKS_PORT);
        Validate.forwards("forwards", getForwards(), getSocksPort());
        Validate.range("forwardMaxConnections", getForwardMaxConnections(), LayerVariables.FORWARD_MAX_CONNECTIONS);
        Validate.millis("joinTimeout", getJoinTimeout(), 0, 900_000);
        Validate.text("extraArgs", getExtraArgs());
        Validate.absolutePath("runDir", getRunDir());
    }

    static Builder builder() {
        return new Builder();
    }

    /** Builds {@link NodeOptions}. */
    class Builder extends ImmutableNodeOptions.Builder {

        /**
         * Lets a port of the function's environment, at 127.0.0.1, lead to a target in the tailnet.
         *
         * @param port the port that programs of the function connect to
         * @param target {@code host:port}; the host is an address (IPv6 in brackets) or a name that the tailnet resolves
         */
        public Builder forward(int port, String target) {
            return addForwards(port + "=" + target);
        }

        /**
         * Lets a port of another address of the function's environment lead to a target in the tailnet.
         *
         * @param address the address that is listened on, such as {@code ::1}
         * @param port the port that programs of the function connect to
         * @param target {@code host:port}; the host is an address (IPv6 in brackets) or a name that the tailnet resolves
         */
        public Builder forward(String address, int port, String target) {
            String host = address.indexOf(':') < 0 ? address : "[" + address + "]";
            return addForwards(host + ":" + port + "=" + target);
        }
    }
}
