package dev.tailnetproxy.integration;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tailnetproxy.localstack.kubernetes.Helm;
import dev.tailnetproxy.localstack.kubernetes.KubernetesCluster;
import dev.tailnetproxy.localstack.tailnet.Artifacts;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The chart of the subnet routers: what it refuses, and that a real API server takes what it renders, under Pod Security
 * {@code restricted}.
 */
@ThirdLane
@ExtendWith(KubernetesExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RouterChartIT {

    private static final String SECRET = "tailnet: {auth: {existingSecret: {name: tailnet-key}}}\n";
    private static final String ROUTES = "routes: [10.96.0.0/12, \"fd00:96::/112\"]\n";

    @AutoClose
    private final ChartChecks chart;

    RouterChartIT(KubernetesCluster cluster) {
        Artifacts artifacts = Artifacts.of(Checkout.FOLDER);
        this.chart = ChartChecks.start(new Helm(artifacts, artifacts.routerChart()), cluster, "router-chart");
    }

    static Stream<Arguments> accepted() {
        return Stream.of(
                arguments("an existing Secret", SECRET + ROUTES),
                arguments(
                        "a federated identity",
                        ROUTES
                                + """
                        tailnet:
                          auth: {federated: {clientId: client-1, audience: api.tailscale.com/client-1}}
                          tags: [tag:cluster-router]
                        """),
                arguments(
                        "every option",
                        ROUTES
                                + """
                        replicas: 3
                        tailnet:
                          auth: {existingSecret: {name: tailnet-key, key: other}}
                          loginServer: https://headscale.example
                          extraCa: {configMap: authority}
                        networkPolicy:
                          targets: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}]
                          extraEgress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]
                        topologySpread: {whenUnsatisfiable: DoNotSchedule}
                        tolerations: [{key: dedicated, operator: Exists}]
                        nodeSelector: {kubernetes.io/os: linux}
                        podAnnotations: {example.com/team: edge}
                        env: {TS_HOSTNAME: cluster}
                        """));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("accepted")
    void rendersWhatAnApiServerTakesUnderTheRestrictedStandard(String name, String values) {
        chart.accepts(values, "deployment.apps/gateway-tailnet-router");
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments("no way to join", ROUTES, "set exactly one of tailnet.auth"),
                arguments(
                        "two ways to join",
                        ROUTES + "tailnet: {auth: {existingSecret: {name: x}, federated: {clientId: c, audience: a}}}",
                        "set exactly one of tailnet.auth"),
                arguments(
                        "an identity without tags",
                        ROUTES + "tailnet: {auth: {federated: {clientId: c, audience: a}}}",
                        "tailnet.tags is empty"),
                arguments("no routes", SECRET, "routes is empty"),
                arguments("an address without its length", SECRET + "routes: [10.96.0.10]", "routes"),
                arguments("everything, which an exit node is for", SECRET + "routes: [0.0.0.0/0]", "routes"),
                arguments("another flag in a route", SECRET + "routes: [\"10.0.0.0/8 --ssh\"]", "routes"),
                arguments("the loopback network", SECRET + "routes: [127.0.0.0/8]", "routes"),
                arguments("the metadata of clouds", SECRET + "routes: [169.254.0.0/16]", "routes"),
                arguments("the tailnet itself", SECRET + "routes: [100.100.0.0/16]", "routes"),
                arguments("the tailnet itself in IPv6", SECRET + "routes: [\"fd7a:115c:a1e0::/48\"]", "routes"),
                arguments(
                        "another value for the routes",
                        SECRET + ROUTES + "env: {TS_EXTRA_ARGS: \"--ssh\"}",
                        "env has TS_EXTRA_ARGS, which the chart sets by itself"),
                arguments(
                        "a port that the whole tailnet would reach",
                        SECRET + ROUTES + "env: {TS_FORWARDS: \"5432=db:5432\"}",
                        "env has TS_FORWARDS"),
                arguments("a value that is misspelled", SECRET + ROUTES + "replica: 3", "replica"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refusesValuesThatCannotWork(String name, String values, String message) {
        chart.refuses(values, message);
    }
}
