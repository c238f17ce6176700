package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.cdk.support.Repository;
import dev.tailnetproxy.cdk.support.Synthesis;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.sns.Topic;

class ProxyMonitoringTest {

    private static final String ALARM = "AWS::CloudWatch::Alarm";
    private static final String PROXY = "proxy-quarkus/src/main/java/dev/tailnetproxy/proxy/";
    private static final String DASHBOARD = "AWS::CloudWatch::Dashboard";

    @TempDir
    private Path folder;

    private Synthesis synthesis;

    @BeforeEach
    void synthesis() {
        synthesis = new Synthesis(folder);
    }

    private static MonitoringOptions alarms() {
        return MonitoringOptions.builder().alarms(true).build();
    }

    @Test
    void isOffByDefault() {
        synthesis.proxy();

        synthesis.template().resourceCountIs(ALARM, 0);
        synthesis.template().resourceCountIs(DASHBOARD, 0);
        synthesis.template().resourceCountIs("AWS::Logs::MetricFilter", 0);
    }

    @Test
    void watchesErrorsThrottlesUnreachedTargetsAndDurations() {
        TailscaleProxy proxy =
                synthesis.proxy(props -> props.monitoring(alarms()).timeout(Duration.seconds(30)));

        assertThat(proxy.getAlarms()).hasSize(4);
        synthesis.template().hasResourceProperties(ALARM, alarm("Errors", "Sum", 1));
        synthesis.template().hasResourceProperties(ALARM, alarm("Throttles", "Sum", 1));
        synthesis.template().hasResourceProperties(ALARM, alarm("Duration", "Maximum", 27_000));
        synthesis.template().hasResourceProperties(ALARM, alarm("failure", "Sum", 1));
    }

    private static Map<String, Object> alarm(String metric, String statistic, int threshold) {
        return Map.of(
                "MetricName",
                metric,
                "Statistic",
                statistic,
                "Period",
                300,
                "Threshold",
                threshold,
                "EvaluationPeriods",
                1,
                "ComparisonOperator",
                "GreaterThanOrEqualToThreshold",
                "TreatMissingData",
                "notBreaching");
    }

    @Test
    void countsARequestWithoutAnAnswerInTheFunctionsOwnLog() {
        synthesis.proxy(props -> props.monitoring(
                MonitoringOptions.builder().alarms(true).failureThreshold(20).build()));

        JsonNode filter = synthesis.only("AWS::Logs::MetricFilter").at("/Properties");
        JsonNode namespace = filter.at("/MetricTransformations/0/MetricNamespace");
        assertThat(filter.at("/MetricTransformations/0/MetricValue").asText()).isEqualTo("1");
        assertThat(filter.at("/LogGroupName/Ref").asText()).startsWith("ProxyLogGroup");
        assertThat(namespace.at("/Fn::Join/1/0").asText()).isEqualTo("tailscale-service/");
        synthesis
                .template()
                .hasResourceProperties(
                        ALARM,
                        Map.of(
                                "MetricName",
                                "failure",
                                "Threshold",
                                20,
                                "Namespace",
                                Match.objectEquals(Map.of(
                                        "Fn::Join",
                                        List.of(
                                                "",
                                                List.of(
                                                        "tailscale-service/",
                                                        Map.of("Ref", Match.stringLikeRegexp("ProxyFunction.*"))))))));
    }

    @Test
    void countsEachErrorOfTheContractThatIsNotTheCallers() {
        synthesis.proxy(props -> props.monitoring(alarms()));

        String pattern = synthesis
                .only("AWS::Logs::MetricFilter")
                .at("/Properties/FilterPattern")
                .asText();
        Set<String> counted = Pattern.compile("\\(\\$\\.mdc\\.error = \"(\\w+)\"\\)")
                .matcher(pattern)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
        Set<String> notTheCallers = Pattern.compile("\\(\"(\\w+)\", 50[0234], ")
                .matcher(Repository.text(PROXY + "failure/ErrorName.java"))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
        assertThat(notTheCallers).contains("InternalError", "TailnetUnavailable", "ConnectionRefused", "Timeout");
        assertThat(counted).isEqualTo(notTheCallers);
        // CloudWatch's limit for a pattern.
        assertThat(pattern).hasSizeLessThanOrEqualTo(1024);
    }

    @Test
    void theProxyWritesTheNameWhereTheFilterLooks() {
        assertThat(Repository.text(PROXY + "core/RequestLog.java"))
                .contains("error().ifPresent(name -> fields.put(\"error\", name))", "line.setMdc(fields)");
        assertThat(Repository.text("proxy-quarkus/src/main/resources/application.properties"))
                .contains("quarkus.log.console.json.enabled=true");
    }

    @ParameterizedTest
    @EnumSource
    void countsWhereverTheProxysOwnMetricsGo(MetricsDestination destination) {
        synthesis.proxy(props -> props.monitoring(alarms())
                .forwarding(ForwardingOptions.builder().metrics(destination).build()));

        assertThat(synthesis
                        .only("AWS::Logs::MetricFilter")
                        .at("/Properties/FilterPattern")
                        .asText())
                .contains("$.mdc.error = \"TailnetUnavailable\"");
        synthesis.template().hasResourceProperties(ALARM, alarm("failure", "Sum", 1));
    }

    @Test
    void tellsWhoeverItIsGiven() {
        Topic topic = new Topic(synthesis.stack(), "Topic");
        synthesis.proxy(props -> props.monitoring(MonitoringOptions.builder()
                .alarms(true)
                .addAlarmActions(new SnsAction(topic))
                .build()));

        synthesis
                .template()
                .allResourcesProperties(
                        ALARM, Map.of("AlarmActions", List.of(Map.of("Ref", Match.stringLikeRegexp("Topic.*")))));
    }

    @Test
    void drawsADashboardWithoutAlarms() {
        TailscaleProxy proxy = synthesis.proxy(props ->
                props.monitoring(MonitoringOptions.builder().dashboard(true).build()));

        String body = synthesis.only(DASHBOARD).at("/Properties/DashboardBody").toString();
        assertThat(proxy.getDashboard()).isPresent();
        assertThat(body).contains("Invocations", "Errors", "Throttles", "failure", "Duration", "ConcurrentExecutions");
        synthesis.template().resourceCountIs(ALARM, 0);
    }
}
