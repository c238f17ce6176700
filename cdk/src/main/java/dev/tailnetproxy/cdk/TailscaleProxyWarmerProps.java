package dev.tailnetproxy.cdk;

import java.util.Optional;
import org.immutables.value.Value;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.events.CronOptions;
import software.amazon.awscdk.services.events.Schedule;

/** Properties of {@link TailscaleProxyWarmer}. */
@Value.Immutable
public interface TailscaleProxyWarmerProps {

    /** The proxy that is kept warm, in whatever mode. */
    WarmableFunction getProxy();

    /**
     * Environments that stay warm, 1 to 100. EventBridge has five targets a rule, so beyond five there are several rules,
     * which it starts in the same minute but not at the same moment: give a longer {@link #getHoldTime()} there.
     *
     * <p>Default: 1
     */
    @Value.Default
    default int getEnvironments() {
        return 1;
    }

    /**
     * How often they are woken. Lambda removes an environment that was idle for somewhat longer than five minutes. A cron
     * expression wakes all of them in one minute; a rate counts for each rule from its own making.
     *
     * <p>Default: every 5 minutes of the clock
     */
    @Value.Default
    default Schedule getSchedule() {
        return Schedule.cron(CronOptions.builder().minute("0/5").build());
    }

    /**
     * How long a warm-up keeps its environment busy, up to 30 seconds and below the function's timeout. It has to be
     * longer than the time in which the warm-ups of one round arrive, so that each needs an environment of its own.
     *
     * <p>Default: 2 seconds
     */
    @Value.Default
    default Duration getHoldTime() {
        return Duration.seconds(2);
    }

    @Value.Check
    default void check() {
        Validate.range("environments", getEnvironments(), 1, 100);
        long timeout = getProxy().getTimeout().toMilliseconds().longValue();
        Validate.millis("holdTime", Optional.of(getHoldTime()), 1, Math.min(30_000, timeout - 1));
        getProxy()
                .getReservedConcurrentExecutions()
                .ifPresent(max -> Validate.isTrue(
                        getEnvironments() <= max,
                        "environments is " + getEnvironments() + ", but the proxy's reservedConcurrentExecutions is "
                                + max + ": reserve at least as many as are to stay warm"));
    }

    static Builder builder() {
        return new Builder();
    }

    /** Builds {@link TailscaleProxyWarmerProps}. */
    class Builder extends ImmutableTailscaleProxyWarmerProps.Builder {}
}
