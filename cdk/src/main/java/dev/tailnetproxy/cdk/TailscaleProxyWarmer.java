package dev.tailnetproxy.cdk;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.RuleTargetInput;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.amazon.awscdk.services.lambda.EventInvokeConfigOptions;
import software.constructs.Construct;

/**
 * Keeps environments of a proxy warm without another function: EventBridge sends as many warm-ups at once as there are
 * environments to keep. A proxy has one warmer at most.
 */
public class TailscaleProxyWarmer extends Construct {

    /** EventBridge's limit. */
    private static final int MAX_TARGETS_PER_RULE = 5;

    /** A warm-up that comes late is worth nothing: the next round is on its way. */
    private static final Duration MAX_EVENT_AGE = Duration.minutes(1);

    private final List<Rule> rules = new ArrayList<>();

    /** @throws IllegalArgumentException with a sentence when a property cannot be right */
    public TailscaleProxyWarmer(Construct scope, String id, TailscaleProxyWarmerProps props) {
        super(scope, id);
        // Nothing else invokes the function asynchronously.
        props.getProxy()
                .getFunction()
                .configureAsyncInvoke(EventInvokeConfigOptions.builder()
                        .retryAttempts(0)
                        .maxEventAge(MAX_EVENT_AGE)
                        .build());
        RuleTargetInput event = RuleTargetInput.fromObject(WarmUpEvent.withHoldTime(props.getHoldTime()));
        for (int target = 0; target < props.getEnvironments(); target++) {
            if (target % MAX_TARGETS_PER_RULE == 0) {
                rules.add(rule(props.getSchedule()));
            }
            rules.get(rules.size() - 1)
                    .addTarget(LambdaFunction.Builder.create(props.getProxy().getFunction())
                            .event(event)
                            .retryAttempts(0)
                            .maxEventAge(MAX_EVENT_AGE)
                            .build());
        }
    }

    /** Adds the one that the properties of a function ask for, if any. */
    static void add(Construct scope, WarmableFunction proxy, ProxyFunctionProps props) {
        props.getWarmEnvironments()
                .map(environments -> TailscaleProxyWarmerProps.builder()
                        .proxy(proxy)
                        .environments(environments)
                        .build())
                .ifPresent(warmer -> new TailscaleProxyWarmer(scope, "Warmer", warmer));
    }

    private Rule rule(Schedule schedule) {
        return Rule.Builder.create(this, "Rule" + rules.size())
                .description("Keeps environments of the tailnet proxy warm")
                .schedule(schedule)
                .build();
    }

    /** One for each five environments. */
    public List<Rule> getRules() {
        return List.copyOf(rules);
    }
}
