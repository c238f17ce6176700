package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.cdk.support.Repository;
import dev.tailnetproxy.cdk.support.TestStack;
import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.contract.LogFields;
import java.nio.file.Path;
import java.util.Arrays;
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
    private static final String DASHBOARD = "AWS::CloudWatch::Dashboard";

    @TempDir
    private Path folder;

    private TestStack testStack;

    @BeforeEach
    void testStack() {
        testStack = new TestStack(folder);
    }

    private static MonitoringOptions alarms() {
        return MonitoringOptions.builder().alarms(true).build();
    }

    @Test
    void isOffByDefault() {
        testStack.proxy();

        testStack.template().resourceCountIs(ALARM, 0);
        testStack.template().resourceCountIs(DASHBOARD, 0);
        testStack.template().resourceCountIs("AWS::Logs::MetricFilter", 0);
    }

    @Test
    void createsAlarmsForErrorsThrottlesFailuresAndDuration() {
        TailscaleProxy proxy =
                testStack.proxy(props -> props.monitoring(alarms()).timeout(Duration.seconds(30)));

        assertThat(proxy.getAlarms()).hasSize(4);
        testStack.template().hasResourceProperties(ALARM, alarm("Errors", "Sum", 1));
        testStack.template().hasResourceProperties(ALARM, alarm("Throttles", "Sum", 1));
        testStack.template().hasResourceProperties(ALARM, alarm("Duration", "Maximum", 27_000));
        testStack.template().hasResourceProperties(ALARM, alarm("failure", "Sum", 1));
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
    void countsFailedRequestsFromFunctionLog() {
        testStack.proxy(props -> props.monitoring(
                MonitoringOptions.builder().alarms(true).failureThreshold(20).build()));

        JsonNode filter = testStack.onlyResource("AWS::Logs::MetricFilter").at("/Properties");
        JsonNode namespace = filter.at("/MetricTransformations/0/MetricNamespace");
        assertThat(filter.at("/MetricTransformations/0/MetricValue").asText()).isEqualTo("1");
        assertThat(filter.at("/LogGroupName/Ref").asText()).startsWith("ProxyLogGroup");
        assertThat(namespace.at("/Fn::Join/1/0").asText()).isEqualTo("tailscale-service/");
        testStack
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
    void filterCoversEveryServerError() {
        testStack.proxy(props -> props.monitoring(alarms()));

        String pattern = testStack
                .onlyResource("AWS::Logs::MetricFilter")
                .at("/Properties/FilterPattern")
                .asText();
        Set<String> counted = Pattern.compile("\\(\\$\\.mdc\\.error = \"(\\w+)\"\\)")
                .matcher(pattern)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
        Set<String> notTheCallers = Arrays.stream(ErrorName.values())
                .filter(error -> error.status() >= 500)
                .map(ErrorName::wireName)
                .collect(Collectors.toSet());
        assertThat(notTheCallers).contains("InternalError", "TailnetUnavailable", "ConnectionRefused", "Timeout");
        assertThat(counted).isEqualTo(notTheCallers);
        // CloudWatch's limit for a pattern.
        assertThat(pattern).hasSizeLessThanOrEqualTo(1024);
    }

    @Test
    void filterMatchesProxyLogField() {
        testStack.proxy(props -> props.monitoring(alarms()));

        assertThat(testStack
                        .onlyResource("AWS::Logs::MetricFilter")
                        .at("/Properties/FilterPattern")
                        .asText())
                .contains("($.mdc." + LogFields.ERROR + " = \"");
        assertThat(Repository.text("function-support/src/main/resources/META-INF/microprofile-config.properties"))
                .contains("quarkus.log.console.json.enabled=true");
    }

    @ParameterizedTest
    @EnumSource
    void filterIsIndependentOfMetricsDestination(MetricsDestination destination) {
        testStack.proxy(props -> props.monitoring(alarms())
                .proxyOptions(ProxyOptions.builder().metrics(destination).build()));

        assertThat(testStack
                        .onlyResource("AWS::Logs::MetricFilter")
                        .at("/Properties/FilterPattern")
                        .asText())
                .contains("$.mdc.error = \"TailnetUnavailable\"");
        testStack.template().hasResourceProperties(ALARM, alarm("failure", "Sum", 1));
    }

    @Test
    void addsAlarmActions() {
        Topic topic = new Topic(testStack.stack(), "Topic");
        testStack.proxy(props -> props.monitoring(MonitoringOptions.builder()
                .alarms(true)
                .addAlarmActions(new SnsAction(topic))
                .build()));

        testStack
                .template()
                .allResourcesProperties(
                        ALARM, Map.of("AlarmActions", List.of(Map.of("Ref", Match.stringLikeRegexp("Topic.*")))));
    }

    @Test
    void createsDashboardWithoutAlarms() {
        TailscaleProxy proxy = testStack.proxy(props ->
                props.monitoring(MonitoringOptions.builder().dashboard(true).build()));

        String body = testStack
                .onlyResource(DASHBOARD)
                .at("/Properties/DashboardBody")
                .toString();
        assertThat(proxy.getDashboard()).isPresent();
        assertThat(body).contains("Invocations", "Errors", "Throttles", "failure", "Duration", "ConcurrentExecutions");
        testStack.template().resourceCountIs(ALARM, 0);
    }
}
