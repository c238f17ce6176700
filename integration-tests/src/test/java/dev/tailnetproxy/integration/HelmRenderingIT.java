package dev.tailnetproxy.integration;

import static dev.tailnetproxy.integration.HelmChartIT.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.localstack.kubernetes.Helm;
import dev.tailnetproxy.localstack.tailnet.Artifacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.containers.Container.ExecResult;

/** What parts of the rendered chart say to each other: ports, names and variables. It needs no cluster. */
@ThirdLane
@ExtendWith(KubernetesExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HelmRenderingIT {

    @AutoClose
    private final Helm helm = new Helm(Artifacts.of(Checkout.FOLDER));

    @BeforeAll
    void start() {
        helm.start();
    }

    /** A variable that the chart sets for a container is refused among the user's for that container. */
    @Test
    void noVariableOfTheChartIsLeftOut() throws IOException {
        Path templates = Checkout.FOLDER.resolve("deploy/helm/tailnet-proxy/templates");
        String helpers = Files.readString(templates.resolve("_helpers.tpl"));
        String[] containers =
                Files.readString(templates.resolve("deployment.yaml")).split("\n      containers:\n", 2);

        assertThat(variablesOf(helpers, "sidecarVariables")).containsAll(variablesIn(containers[0]));
        assertThat(variablesOf(helpers, "proxyVariables")).containsAll(variablesIn(containers[1]));
    }

    private static List<String> variablesOf(String helpers, String definition) {
        Matcher list = Pattern.compile("define \"tailnet-proxy\\." + definition + "\" -\\}\\}\n(.*)\n")
                .matcher(helpers);
        assertThat(list.find()).isTrue();
        return List.of(list.group(1).split(" "));
    }

    private static List<String> variablesIn(String template) {
        List<String> variables = Pattern.compile("- \\{ name: (TS_[A-Z0-9_]+),")
                .matcher(template)
                .results()
                .map(variable -> variable.group(1))
                .distinct()
                .toList();
        assertThat(variables).hasSizeGreaterThan(10);
        return variables;
    }

    /** The gateway's own Service may be opened to the outside; health and metrics are not a part of it. */
    @Test
    void monitorReadsTheServiceOfManagementAlone() {
        String rendered =
                helm.template(SECRET + "serviceMonitor: {enabled: true}").getStdout();

        assertThat(document(rendered, "Service", "gateway-tailnet-proxy")).doesNotContain("management");
        assertThat(document(rendered, "Service", "gateway-tailnet-proxy-management"))
                .contains("app.kubernetes.io/component: management", "{ name: management, port: 9000");
        assertThat(document(rendered, "ServiceMonitor", "gateway-tailnet-proxy"))
                .contains("app.kubernetes.io/component: management", "port: management");
    }

    private static String document(String rendered, String kind, String name) {
        return Stream.of(rendered.split("(?m)^---$"))
                .filter(document -> document.contains("\nkind: " + kind + "\n"))
                .filter(document -> document.contains("\n  name: " + name + "\n"))
                .findFirst()
                .orElseThrow();
    }

    private String services(String... entries) {
        ExecResult rendered = helm.template(SECRET + "services: [" + String.join(", ", entries) + "]");
        assertThat(rendered.getExitCode()).as(rendered.getStderr()).isZero();
        return rendered.getStdout();
    }

    /** The name of the pods' port that the Service with this port leads to. */
    private static String portName(String rendered, String servicePort) {
        Matcher name = Pattern.compile("port: " + servicePort + ", targetPort: (to-[0-9a-f]{12})[,} ]")
                .matcher(rendered);
        assertThat(name.find()).as(rendered).isTrue();
        return name.group(1);
    }

    @Test
    void containersListenWhereServicesLead() {
        String rendered = services(
                "{name: db, target: \"db:5432\"}",
                "{name: web, target: \"web:443\", protocol: http}",
                "{name: ledger, target: \"ledger:8443\", port: 443}",
                "{name: plain, target: \"plain:443\", protocol: http, tls: false, port: 81}",
                "{name: stock, target: \"stock:8443\", protocol: http, tls: true, port: 82}",
                "{name: cache, target: \"cache:8080\", protocol: http, port: 83}");

        assertThat(rendered)
                .contains("TS_FORWARDS, value: \"0.0.0.0:20000=db:5432,0.0.0.0:20002=ledger:8443\"")
                .contains("TS_PROXY_SERVICES, value: \"20001=https://web:443,20003=http://plain:443,"
                        + "20004=https://stock:8443,20005=http://cache:8080\"");
        List<String> servicePorts = List.of("5432", "80", "443", "81", "82", "83");
        for (int i = 0; i < servicePorts.size(); i++) {
            assertThat(rendered)
                    .contains("name: " + portName(rendered, servicePorts.get(i)) + ", containerPort: " + (20_000 + i));
        }
    }

    @Test
    void noServiceNeedsNoPort() {
        assertThat(helm.template(SECRET).getStdout())
                .doesNotContain("TS_FORWARDS", "TS_PROXY_SERVICES", "containerPort: 20000");
    }

    /** During a rollout pods of both lists are there: a name that is in both must lead to the same target in both. */
    @Test
    void portsOfPodsAreNamedByWhatTheyLeadTo() {
        String web = "{name: web, target: \"web:443\", protocol: http}";
        String before = services("{name: db, target: \"db:5432\"}", web);

        assertThat(portName(services(web), "80")).isEqualTo(portName(before, "80"));
        for (String changed : List.of(
                "{name: web, target: \"other:443\", protocol: http}",
                "{name: web, target: \"web:443\", protocol: http, tls: false}",
                "{name: web, target: \"web:443\", port: 80}",
                "{name: other, target: \"web:443\", protocol: http}")) {
            assertThat(portName(services(changed), "80")).isNotEqualTo(portName(before, "80"));
        }
    }
}
