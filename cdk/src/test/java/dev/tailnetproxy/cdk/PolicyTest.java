package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.cdk.support.StackConfiguration;
import dev.tailnetproxy.cdk.support.TestStack;
import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import io.github.cdklabs.cdknag.NagPackSuppression;
import io.github.cdklabs.cdknag.NagSuppressions;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;

/** Least privilege, in each configuration. */
class PolicyTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @MethodSource("dev.tailnetproxy.cdk.support.StackConfiguration#all")
    void noPolicyUsesStarForResourceLevelActions(StackConfiguration configuration) {
        JsonNode template = TestStack.json(configuration.testStack(folder).template());

        Set<String> actions = new TreeSet<>();
        for (JsonNode statement : template.findParents("Effect")) {
            boolean everywhere = values(statement.path("Resource")).contains("*");
            if (everywhere && !isOfAKeysOwnPolicy(statement)) {
                actions.addAll(values(statement.path("Action")));
            }
            assertThat(values(statement.path("Action"))).doesNotContain("*");
        }
        assertThat(actions).isEqualTo(configuration.actionsWithoutResource());
    }

    /** In the policy of a resource {@code *} is that resource. */
    private static boolean isOfAKeysOwnPolicy(JsonNode statement) {
        return statement.has("Principal");
    }

    private static List<String> values(JsonNode oneOrMore) {
        return oneOrMore.isArray()
                ? oneOrMore.valueStream().map(JsonNode::asText).toList()
                : List.of(oneOrMore.asText());
    }

    @ParameterizedTest
    @MethodSource("dev.tailnetproxy.cdk.support.StackConfiguration#all")
    void cdkNagReportsOnlySuppressedFindings(StackConfiguration configuration) {
        TestStack testStack = configuration.testStack(folder);
        Aspects.of(testStack.stack()).add(new AwsSolutionsChecks());
        NagSuppressions.addStackSuppressions(
                testStack.stack(),
                configuration.suppressions().entrySet().stream()
                        .map(rule -> NagPackSuppression.builder()
                                .id(rule.getKey())
                                .reason(rule.getValue())
                                .build())
                        .toList());

        Annotations found = Annotations.fromStack(testStack.stack());
        found.hasNoError("*", Match.stringLikeRegexp("AwsSolutions-.*"));
        found.hasNoWarning("*", Match.stringLikeRegexp("AwsSolutions-.*"));
    }

    @ParameterizedTest
    @MethodSource("dev.tailnetproxy.cdk.support.StackConfiguration#all")
    void everySuppressionIsNeeded(StackConfiguration configuration) {
        TestStack testStack = configuration.testStack(folder);
        Aspects.of(testStack.stack()).add(new AwsSolutionsChecks());

        Annotations found = Annotations.fromStack(testStack.stack());
        configuration.suppressions().keySet().forEach(rule -> found.hasError("*", Match.stringLikeRegexp(rule + ".*")));
    }
}
