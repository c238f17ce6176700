package dev.tailnetproxy.proxy.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The value of a secret in Secrets Manager. */
class SecretTextTest {

    private static final String ONE = "marked secret, 1";
    private static final String TWO = "marked secret, 2";

    static Stream<Arguments> values() {
        return Stream.of(
                arguments(ONE, List.of(ONE)),
                arguments(ONE + "\n", List.of(ONE)),
                arguments(ONE + "\r\n", List.of(ONE)),
                arguments(ONE + "\n\n", List.of(ONE + "\n")),
                arguments(" " + ONE + " ", List.of(" " + ONE + " ")),
                arguments("\"" + ONE + "\"", List.of("\"" + ONE + "\"")),
                arguments("[\"" + ONE + "\"]", List.of(ONE)),
                arguments("[\"" + ONE + "\", \"" + TWO + "\"]", List.of(ONE, TWO)),
                arguments(" [ \"" + ONE + "\" ]\n", List.of(ONE)),
                arguments("[\"marked \\u00e9\\\" secret\"]", List.of("marked é\" secret")),
                arguments("[\"" + ONE + " \"]", List.of(ONE + " ")));
    }

    @ParameterizedTest
    @MethodSource("values")
    void oneSecretOrAListIsRead(String value, List<String> secrets) {
        assertThat(SecretText.parse(value)).isEqualTo(secrets);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "                    ",
                "marked",
                "[]",
                "[\"\"]",
                "[\"marked\"]",
                "[\"marked secret, 1\", \"marked\"]",
                "[\"marked secret, 1\", \"marked secret, 2\", \"marked secret, 3\"]",
                "[\"marked secret, 1\", 1]",
                "[\"marked secret, 1\", null]",
                "[[\"marked secret, 1\"]]",
                "[\"marked secret, 1\"",
                "[\"marked secret, 1\",]",
                "[\"marked secret, 1\"] marked",
                "[marked_secret_is_not_in_quotes]",
                "{\"secret\": \"marked secret, 1\"}",
                "[\"marked secret, 1\\x\"]"
            })
    void anythingElseIsRefusedWithoutQuotingIt(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SecretText.parse(value))
                .withMessageNotContaining("marked")
                .withNoCause();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "whsec_marked",
                "whsec_",
                "whsec_bWFya2VkbWFya2VkbWFya2Vk!!!!marked",
                "bWFya2Vk",
                "whsec_bWFya2VkIHNlY3JldCBtYXJrZWQgc2VjcmV0IG1hcmtlZCBzZWNyZXQgbWFya2VkIHNlY3JldCBtYXJrZWQgc2VjcmV0IG1hcmtlZCBzZWNyZXQ="
            })
    void secretOfStandardWebhooksIsBase64OfTheRightLength(String secret) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKeys.of(new StandardWebhooks(), List.of(secret)))
                .withMessageNotContaining("bWFya2Vk")
                .withMessageNotContaining("marked")
                .withNoCause();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void oneOrTwoSecretsAreNeeded(int count) {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        SigningKeys.of(new GitHub(), List.of(ONE, TWO, ONE).subList(0, count)));
    }
}
