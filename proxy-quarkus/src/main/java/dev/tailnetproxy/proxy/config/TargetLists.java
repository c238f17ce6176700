package dev.tailnetproxy.proxy.config;

import dev.tailnetproxy.contract.Variable;
import dev.tailnetproxy.function.environment.EnvironmentReader;
import dev.tailnetproxy.proxy.policy.TargetRule;
import java.util.List;

/** Reads variables that hold a list of targets. */
final class TargetLists {

    private TargetLists() {}

    /** The variable's targets; empty when the list has a mistake, which the reader keeps. */
    static List<TargetRule> read(EnvironmentReader environment, Variable.Text variable) {
        try {
            return TargetRule.parseList(environment.text(variable));
        } catch (IllegalArgumentException e) {
            environment.reject(variable, "is not a list of targets: " + e.getMessage());
            return List.of();
        }
    }
}
