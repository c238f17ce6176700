package dev.tailnetproxy.cdk;

import java.util.List;
import java.util.Optional;
import org.immutables.value.Value;
import software.amazon.awscdk.services.cloudwatch.IAlarmAction;

/** Alarms and dashboard. All of them are off by default. */
@Value.Immutable
public interface MonitoringOptions {

    /**
     * Alarms on errors, throttles, requests that got no response of their target and a duration close to the timeout, each
     * over five minutes. The requests are counted in the function's log by the names of errors with the status 500, 502,
     * 503 or 504, wherever the proxy's own metrics go.
     *
     * <p>Default: false
     */
    @Value.Default
    default boolean isAlarms() {
        return false;
    }

    /**
     * The actions of an alarm, such as {@code new SnsAction(topic)}.
     *
     * <p>Default: nothing; the alarm only shows its state
     */
    List<IAlarmAction> getAlarmActions();

    /**
     * Requests without a response of their target that raise the alarm, within five minutes.
     *
     * <p>Default: 1
     */
    Optional<Integer> getFailureThreshold();

    /**
     * A dashboard of invocations, errors, durations and environments.
     *
     * <p>Default: false
     */
    @Value.Default
    default boolean isDashboard() {
        return false;
    }

    @Value.Check
    default void check() {
        Validate.range("monitoring.failureThreshold", getFailureThreshold(), 1, Integer.MAX_VALUE);
        Validate.isTrue(
                isAlarms() || getAlarmActions().isEmpty(),
                "monitoring.alarmActions are given, but there are no alarms: set monitoring.alarms to true");
    }

    static Builder builder() {
        return new Builder();
    }

    /** Builds {@link MonitoringOptions}. */
    class Builder extends ImmutableMonitoringOptions.Builder {}
}
