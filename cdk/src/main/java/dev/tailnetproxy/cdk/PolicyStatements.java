package dev.tailnetproxy.cdk;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;

/** Statements that several grants need. */
final class PolicyStatements {

    private PolicyStatements() {}

    /** For actions that IAM knows no resource for; the conditions are sorted, so that a template is always the same. */
    static PolicyStatement onAllResources(List<String> actions, Map<String, ?> conditions) {
        return PolicyStatement.Builder.create()
                .effect(Effect.ALLOW)
                .actions(actions)
                .resources(List.of("*"))
                .conditions(new TreeMap<>(conditions))
                .build();
    }
}
