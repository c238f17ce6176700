package dev.tailnetproxy.cdk.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailnetproxy.cdk.support.Repository;
import dev.tailnetproxy.cdk.support.TestStack;
import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import io.github.cdklabs.cdknag.NagPackSuppression;
import io.github.cdklabs.cdknag.NagSuppressions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.assertions.Template;

/** The whole stack of each scenario. {@code mvn -pl cdk -am test -Dsnapshots=write} writes the snapshots anew. */
class ScenarioTest {

    private static final String FOLDER = "cdk/src/test/resources/snapshots";

    private static final String KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    private static final Map<String, String> EVERYTHING = Map.of(
            "caBundle",
                    Repository.file("cdk/src/test/resources/private-authority.pem")
                            .toString(),
            "secretKey", KEY,
            "callers", "arn:aws:iam::210987654321:role/caller,arn:aws:iam::123456789012:user/caller",
            "warmEnvironments", "2",
            "alarms", "true",
            "dashboard", "true");

    private static final Map<String, String> HEADSCALE_ROTATION = Map.of(
            "scenario", "rotation",
            "nodeTags", "tag:lambda",
            "secretKey", KEY,
            "credentialsKey", KEY,
            "headscaleUrl", "https://headscale.example",
            "headscaleUser", "7");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void templateMatchesSnapshot(Scenario scenario) throws IOException {
        assertReviewed(scenario.key(), ScenarioApps.required(scenario));
    }

    @Test
    void templateWithAllResourcesMatchesSnapshot() throws IOException {
        assertReviewed("proxy-with-everything", EVERYTHING);
    }

    @Test
    void templateOfRotationForHeadscaleMatchesSnapshot() throws IOException {
        assertReviewed("rotation-headscale", HEADSCALE_ROTATION);
    }

    private void assertReviewed(String name, Map<String, String> context) throws IOException {
        String template = new ObjectMapper()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(TestStack.json(Template.fromStack(ScenarioApps.stack(folder, context))))
                + "\n";
        String readable = template.replaceAll("\"[0-9a-f]{64}\\.zip\"", "\"<hash of the zip>.zip\"");
        Path snapshot = Repository.file(FOLDER).resolve(name + ".json");
        if ("write".equals(System.getProperty("snapshots"))) {
            Files.createDirectories(snapshot.getParent());
            Files.writeString(snapshot, readable);
        }

        assertThat(readable).isEqualTo(Files.readString(snapshot));
    }

    static Stream<Map<String, String>> contexts() {
        Stream<Map<String, String>> scenarios = Arrays.stream(Scenario.values()).map(ScenarioApps::required);
        return Stream.concat(
                scenarios,
                Stream.of(
                        EVERYTHING,
                        HEADSCALE_ROTATION,
                        Map.of("oauthClient", "true", "advertiseTags", "tag:lambda", "secretField", "client_secret"),
                        Map.of("secret", "arn:aws:secretsmanager:us-east-1:123456789012:secret:tailscale-AbCdEf"),
                        Map.of(
                                "callerTargets",
                                "arn:aws:iam::210987654321:role/caller=orders;123456789012=billing:443"),
                        Map.of("peers", "listed", "allowedTargets", "orders:443"),
                        Map.of("logKey", KEY, "environmentKey", KEY)));
    }

    private static void suppress(Stack stack, Map<String, String> context) {
        Stream.of(Scenario.values())
                .filter(scenario -> scenario.key().equals(context.get("scenario")))
                .flatMap(scenario -> ScenarioApps.suppressions(scenario).entrySet().stream())
                .forEach(rule -> NagSuppressions.addStackSuppressions(
                        stack,
                        List.of(NagPackSuppression.builder()
                                .id(rule.getKey())
                                .reason(rule.getValue())
                                .build())));
    }

    @ParameterizedTest
    @EnumSource
    void everySuppressionIsNeeded(Scenario scenario) {
        Stack stack = ScenarioApps.stack(folder, ScenarioApps.required(scenario));
        Aspects.of(stack).add(new AwsSolutionsChecks());

        Annotations found = Annotations.fromStack(stack);
        ScenarioApps.suppressions(scenario)
                .keySet()
                .forEach(rule -> found.hasError("*", Match.stringLikeRegexp(rule + ".*")));
    }

    @ParameterizedTest
    @MethodSource("contexts")
    void cdkNagReportsNothing(Map<String, String> context) {
        Stack stack = ScenarioApps.stack(folder, context);
        Aspects.of(stack).add(new AwsSolutionsChecks());
        suppress(stack, context);

        Annotations found = Annotations.fromStack(stack);
        found.hasNoError("*", Match.stringLikeRegexp("AwsSolutions-.*"));
        found.hasNoWarning("*", Match.stringLikeRegexp("AwsSolutions-.*"));
    }
}
