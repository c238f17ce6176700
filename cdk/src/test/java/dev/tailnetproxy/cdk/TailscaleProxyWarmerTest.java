package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailnetproxy.cdk.support.Repository;
import dev.tailnetproxy.cdk.support.Synthesis;
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

    private Synthesis synthesis;

    @BeforeEach
    void synthesis() {
        synthesis = new Synthesis(folder);
    }

    private TailscaleProxyWarmer.Builder warmerOf(TailscaleProxy proxy) {
        return TailscaleProxyWarmer.Builder.create(synthesis.stack(), "Warmer").proxy(proxy);
    }

    @Test
    void isOffByDefault() {
        synthesis.proxy();

        synthesis.template().resourceCountIs(RULE, 0);
        synthesis.template().resourceCountIs("AWS::Lambda::EventInvokeConfig", 0);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "5, 1", "6, 2", "100, 20"})
    void sendsAsManyWarmUpsAsEnvironmentsAreToStayWarm(int environments, int rules) {
        TailscaleProxyWarmer warmer =
                warmerOf(synthesis.proxy()).environments(environments).build();

        List<Integer> targets = new ArrayList<>();
        synthesis
                .template()
                .findResources(RULE)
                .values()
                .forEach(rule -> targets.add(
                        JSON.valueToTree(rule).at("/Properties/Targets").size()));
        assertThat(warmer.getRules()).hasSize(rules);
        assertThat(targets).hasSize(rules).allMatch(count -> count <= 5);
        assertThat(targets.stream().mapToInt(Integer::intValue).sum()).isEqualTo(environments);
        synthesis.template().resourceCountIs("AWS::Lambda::Permission", rules);
    }

    @Test
    void wakesThemByTheScheduleAndKeepsNoLateWarmUps() {
        warmerOf(synthesis.proxy()).schedule(Schedule.rate(Duration.minutes(3))).build();

        synthesis
                .template()
                .hasResourceProperties(RULE, Map.of("ScheduleExpression", "rate(3 minutes)", "State", "ENABLED"));
        JsonNode target = synthesis.only(RULE).at("/Properties/Targets/0");
        assertThat(target.at("/RetryPolicy/MaximumRetryAttempts").asInt(-1)).isZero();
        synthesis
                .template()
                .hasResourceProperties(
                        "AWS::Lambda::EventInvokeConfig",
                        Map.of("MaximumRetryAttempts", 0, "MaximumEventAgeInSeconds", 60));
    }

    @Test
    void sendsTheEventThatTheProxysOwnTestAnswers() throws IOException {
        warmerOf(synthesis.proxy()).holdTime(Duration.millis(250)).build();

        String input = synthesis.only(RULE).at("/Properties/Targets/0/Input").asText();
        assertThat(JSON.readTree(input))
                .isEqualTo(JSON.readTree(Repository.text("cdk/src/test/resources/warm-up-event.json")));
    }

    @Test
    void comesWithTheProxyWhereItIsAskedFor() {
        synthesis.proxy(props -> props.warmEnvironments(2));

        assertThat(synthesis.only(RULE).at("/Properties/Targets")).hasSize(2);
        assertThat(synthesis.only(RULE).at("/Properties/ScheduleExpression").asText())
                .isEqualTo("cron(0/5 * * * ? *)");
    }

    @Test
    void refusesWhatCannotWarm() {
        TailscaleProxy proxy =
                synthesis.proxy(props -> props.timeout(Duration.seconds(10)).reservedConcurrentExecutions(3));

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

    private void assertRefused(TailscaleProxy proxy, Consumer<TailscaleProxyWarmer.Builder> wrong, String said) {
        TailscaleProxyWarmer.Builder warmer = warmerOf(proxy);
        wrong.accept(warmer);
        assertThatThrownBy(warmer::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(said);
    }
}
