package dev.tailnetproxy.cdk.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailnetproxy.cdk.support.TestStack;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.assertions.Template;

/** {@code -c callerTargets=…}: who may send requests, and to what. */
class CallerTargetsContextTest {

    private static final String ORDERS = "arn:aws:iam::210987654321:role/team/orders";
    private static final String BILLING = "arn:aws:iam::123456789012:user/billing";

    @TempDir
    private Path folder;

    private Template template(String callerTargets) {
        return Template.fromStack(ScenarioApps.stack(folder, Map.of("callerTargets", callerTargets)));
    }

    private static String variable(Template template) {
        return TestStack.json(template).findValue("TS_PROXY_CALLER_TARGETS").asText();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ORDERS + "=orders:443 | " + ORDERS + "=orders:443",
                "' " + ORDERS + " = orders:443, [fd00::1]:80-90 ;; ' | " + ORDERS + "=orders:443,[fd00::1]:80-90",
                ORDERS + "=orders;" + BILLING + "=10.0.0.0/8 | " + ORDERS + "=orders;" + BILLING + "=10.0.0.0/8",
                "210987654321=*.orders.test | 210987654321=*.orders.test",
                "arn:aws:iam::210987654321:role/a=b,c=orders | arn:aws:iam::210987654321:role/a=b,c=orders",
            })
    void becomesTheProxysVariable(String callerTargets, String variable) {
        assertThat(variable(template(callerTargets))).isEqualTo(variable);
    }

    @Test
    void letsEachPrincipalSendRequestsToo() {
        JsonNode resources = TestStack.json(template(ORDERS + "=orders:443;210987654321=billing:443"))
                .at("/Resources");

        assertThat(resources
                        .valueStream()
                        .filter(resource -> resource.at("/Type").asText().equals("AWS::Lambda::Permission"))
                        .map(permission ->
                                permission.at("/Properties/Principal").asText()))
                .containsExactlyInAnyOrder(ORDERS, ORDERS, "210987654321", "210987654321");
    }

    @Test
    void isNotSetWithoutIt() {
        assertThat(TestStack.json(template(" ")).findValue("TS_PROXY_CALLER_TARGETS"))
                .isNull();
    }

    static Stream<Arguments> wrong() {
        String form = "\": give PRINCIPAL=TARGET,TARGET;PRINCIPAL=TARGET";
        return Stream.of(
                Arguments.of("orders:443", "callerTargets has \"orders:443" + form),
                Arguments.of(ORDERS, "callerTargets has \"" + ORDERS + form),
                Arguments.of(ORDERS + "=", "callerTargets has \"" + ORDERS + "=" + form),
                Arguments.of(ORDERS + "= , ", "callerTargets has \"" + ORDERS + "= ," + form),
                Arguments.of("=orders:443", "callerTargets has \"=orders:443" + form),
                Arguments.of(";", "callerTargets has \";" + form),
                Arguments.of("*=orders:443", "callerTargets has \"*=orders:443" + form),
                Arguments.of("12345=orders:443", "callerTargets has \"12345=orders:443" + form),
                Arguments.of(BILLING + "=a;orders=orders", "callerTargets has \"orders=orders" + form),
                Arguments.of(
                        "arn:aws:iam::210987654321:group/g=a",
                        "\"arn:aws:iam::210987654321:group/g\" is neither a role, a user nor an account"),
                Arguments.of(
                        "arn:aws:iam::210987654321:role/team/*=a",
                        "\"arn:aws:iam::210987654321:role/team/*\" is neither a role, a user nor an account"),
                Arguments.of(ORDERS + "=orders:0", "\"orders:0\" is no target: give"),
                Arguments.of(ORDERS + "=https://orders", "\"https://orders\" is no target: give"),
                Arguments.of(many(), "the environment variables take up to "));
    }

    private static String many() {
        StringBuilder entries = new StringBuilder();
        for (int i = 0; i < 80; i++) {
            entries.append("arn:aws:iam::210987654321:role/client-").append(i).append("=orders:443;");
        }
        return entries.toString();
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void rejectsInvalidValuesInOneSentence(String callerTargets, String said) {
        assertThatThrownBy(() -> template(callerTargets))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(said)
                .hasMessageNotContaining("\n");
    }

    @Test
    void callersBesideItWouldReachNothingAndAreRefused() {
        assertThatThrownBy(() ->
                        ScenarioApps.app(folder, Map.of("callers", BILLING, "callerTargets", ORDERS + "=orders:443")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("callers is given beside callerTargets");
    }
}
