package dev.tailnetproxy.cdk;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.contract.LogFields;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IAlarmAction;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.logs.FilterPattern;
import software.amazon.awscdk.services.logs.JsonPattern;
import software.amazon.awscdk.services.logs.MetricFilter;
import software.constructs.Construct;

/** The alarms and the dashboard of a proxy, as far as they are enabled. */
final class ProxyMonitoring {

    /** The namespace of the metrics that clients label. */
    static final String NAMESPACE = "tailscale-service";

    private static final Duration PERIOD = Duration.minutes(5);
    private static final double TIMEOUT_ALARM_RATIO = 0.9;
    private static final int GRAPH_WIDTH = 12;

    private final Construct scope;
    private final MonitoringOptions options;
    private final Function function;
    private final Duration timeout;
    private final List<Alarm> alarms = new ArrayList<>();
    private final Optional<Dashboard> dashboard;

    ProxyMonitoring(Construct scope, JavaFunction function, ProxyFunctionProps props) {
        this.scope = scope;
        this.options = props.getMonitoring();
        this.function = function;
        this.timeout = props.getTimeout();
        Optional<IMetric> failures =
                options.isAlarms() || options.isDashboard() ? Optional.of(failures(scope, function)) : Optional.empty();
        failures.filter(metric -> options.isAlarms()).ifPresent(this::addAlarms);
        this.dashboard = failures.filter(metric -> options.isDashboard()).map(this::createDashboard);
    }

    List<Alarm> alarms() {
        return List.copyOf(alarms);
    }

    Optional<Dashboard> dashboard() {
        return dashboard;
    }

    /**
     * Requests that got no response of their target, counted in the proxy's own log, which has a line for each request.
     * The metrics that clients label do not include requests without labels.
     */
    private static IMetric failures(Construct scope, JavaFunction function) {
        return MetricFilter.Builder.create(scope, "FailureFilter")
                .logGroup(function.ownLogGroup())
                .filterPattern(FilterPattern.any(Arrays.stream(ErrorName.values())
                        .filter(ErrorName::isServerError)
                        .map(error -> FilterPattern.stringValue("$.mdc." + LogFields.ERROR, "=", error.wireName()))
                        .toArray(JsonPattern[]::new)))
                .metricNamespace(NAMESPACE + "/" + function.getFunctionName())
                .metricName("failure")
                .metricValue("1")
                .build()
                .metric(MetricOptions.builder().statistic("Sum").period(PERIOD).build());
    }

    private void addAlarms(IMetric failures) {
        MetricOptions sum =
                MetricOptions.builder().statistic("Sum").period(PERIOD).build();
        MetricOptions longest =
                MetricOptions.builder().statistic("Maximum").period(PERIOD).build();
        addAlarm("Errors", "Invocations of the tailnet proxy fail", function.metricErrors(sum), 1);
        addAlarm("Throttles", "The tailnet proxy has too few environments", function.metricThrottles(sum), 1);
        addAlarm(
                "Failures",
                "Requests to the tailnet proxy get no response of their targets",
                failures,
                options.getFailureThreshold().orElse(1));
        addAlarm(
                "SlowRequests",
                "Requests to the tailnet proxy come close to its timeout",
                function.metricDuration(longest),
                timeout.toMilliseconds().longValue() * TIMEOUT_ALARM_RATIO);
    }

    private void addAlarm(String id, String description, IMetric metric, Number threshold) {
        Alarm alarm = Alarm.Builder.create(scope, id + "Alarm")
                .alarmDescription(description)
                .metric(metric)
                .threshold(threshold)
                .comparisonOperator(ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD)
                .evaluationPeriods(1)
                .treatMissingData(TreatMissingData.NOT_BREACHING)
                .build();
        alarm.addAlarmAction(options.getAlarmActions().toArray(IAlarmAction[]::new));
        alarms.add(alarm);
    }

    private Dashboard createDashboard(IMetric failures) {
        List<IMetric> problems = List.of(function.metricErrors(), function.metricThrottles(), failures);
        Dashboard board = Dashboard.Builder.create(scope, "Dashboard").build();
        board.addWidgets(
                graph("Requests", List.of(function.metricInvocations())),
                graph("Errors, throttles, failures", problems));
        board.addWidgets(
                graph("Duration", List.of(duration("p50"), duration("p99"), duration("Maximum"))),
                graph(
                        "Environments in use",
                        List.of(function.metric(
                                "ConcurrentExecutions",
                                MetricOptions.builder().statistic("Maximum").build()))));
        return board;
    }

    private IMetric duration(String statistic) {
        return function.metricDuration(
                MetricOptions.builder().statistic(statistic).label(statistic).build());
    }

    private static GraphWidget graph(String title, List<IMetric> metrics) {
        return GraphWidget.Builder.create()
                .title(title)
                .left(metrics)
                .width(GRAPH_WIDTH)
                .build();
    }
}
