package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailnetproxy.cdk.support.Repository;
import dev.tailnetproxy.cdk.support.TestStack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.events.Schedule;

class TailscaleProxyWarmerTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RULE = "AWS::Events::Rule";

    @TempDir
    private Path folder;

    private TestStack testStack;

    @BeforeEach
    void testStack() {
        testStack = new TestStack(folder);
    }

    private TailscaleProxyWarmer warmer(Consumer<TailscaleProxyWarmerProps.Builder> more) {
        TailscaleProxyWarmerProps.Builder props =
                TailscaleProxyWarmerProps.builder().proxy(testStack.proxy());
        more.accept(props);
        return new TailscaleProxyWarmer(testStack.stack(), "Warmer", props.build());
    }

    @Test
    void isOffByDefault() {
        testStack.proxy();

        testStack.template().resourceCountIs(RULE, 0);
        testStack.template().resourceCountIs("AWS::Lambda::EventInvokeConfig", 0);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "5, 1", "6, 2", "100, 20"})
    void sendsOneWarmUpPerEnvironment(int environments, int rules) {
        TailscaleProxyWarmer warmer = warmer(props -> props.environments(environments));

        List<Integer> targets = new ArrayList<>();
        testStack
                .template()
                .findResources(RULE)
                .values()
                .forEach(rule -> targets.add(
                        JSON.valueToTree(rule).at("/Properties/Targets").size()));
        assertThat(warmer.getRules()).hasSize(rules);
        assertThat(targets).hasSize(rules).allMatch(count -> count <= 5);
        assertThat(targets.stream().mapToInt(Integer::intValue).sum()).isEqualTo(environments);
        testStack.template().resourceCountIs("AWS::Lambda::Permission", rules);
    }

    @Test
    void usesScheduleAndDropsLateEvents() {
        warmer(props -> props.schedule(Schedule.rate(Duration.minutes(3))));

        testStack
                .template()
                .hasResourceProperties(RULE, Map.of("ScheduleExpression", "rate(3 minutes)", "State", "ENABLED"));
        JsonNode target = testStack.onlyResource(RULE).at("/Properties/Targets/0");
        assertThat(target.at("/RetryPolicy/MaximumRetryAttempts").asInt(-1)).isZero();
        testStack
                .template()
                .hasResourceProperties(
                        "AWS::Lambda::EventInvokeConfig",
                        Map.of("MaximumRetryAttempts", 0, "MaximumEventAgeInSeconds", 60));
    }

    @Test
    void eventMatchesProxyWarmUpTest() throws IOException {
        warmer(props -> props.holdTime(Duration.millis(250)));

        String input =
                testStack.onlyResource(RULE).at("/Properties/Targets/0/Input").asText();
        assertThat(JSON.readTree(input))
                .isEqualTo(JSON.readTree(Repository.text("cdk/src/test/resources/warm-up-event.json")));
    }

    @Test
    void isCreatedByProxyProperty() {
        testStack.proxy(props -> props.warmEnvironments(2));

        assertThat(testStack.onlyResource(RULE).at("/Properties/Targets")).hasSize(2);
        assertThat(testStack
                        .onlyResource(RULE)
                        .at("/Properties/ScheduleExpression")
                        .asText())
                .isEqualTo("cron(0/5 * * * ? *)");
    }

    @Test
    void rejectsInvalidWarmerProps() {
        TailscaleProxy proxy =
                testStack.proxy(props -> props.timeout(Duration.seconds(10)).reservedConcurrentExecutions(3));

        assertRefused(proxy, warmer -> warmer.environments(0), "environments is 0: give a whole number from 1 to 100");
        assertRefused(proxy, warmer -> warmer.environments(101), "environments is 101");
        assertRefused(
                proxy,
                warmer -> warmer.environments(4),
                "environments is 4, but the proxy's reservedConcurrentExecutions is 3");
        assertRefused(proxy, warmer -> warmer.holdTime(Duration.seconds(10)), "holdTime is 10000 ms");
        assertRefused(proxy, warmer -> warmer.holdTime(Duration.seconds(31)), "holdTime is 31000 ms");
        assertRefused(proxy, warmer -> warmer.holdTime(Duration.millis(0)), "holdTime is 0 ms");
    }

    private void assertRefused(
            TailscaleProxy proxy, Consumer<TailscaleProxyWarmerProps.Builder> wrong, String message) {
        TailscaleProxyWarmerProps.Builder warmer =
                TailscaleProxyWarmerProps.builder().proxy(proxy);
        wrong.accept(warmer);
        assertThatThrownBy(warmer::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
