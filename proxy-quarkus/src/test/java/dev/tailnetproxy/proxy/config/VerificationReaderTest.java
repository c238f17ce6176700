package dev.tailnetproxy.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tailnetproxy.contract.Variable;
import dev.tailnetproxy.contract.WebhookVariables;
import dev.tailnetproxy.function.environment.EnvironmentReader;
import dev.tailnetproxy.function.environment.InvalidSettingsException;
import dev.tailnetproxy.proxy.support.TestConfig;
import dev.tailnetproxy.proxy.webhook.GenericHmac;
import dev.tailnetproxy.proxy.webhook.GitHub;
import dev.tailnetproxy.proxy.webhook.HmacAlgorithm;
import dev.tailnetproxy.proxy.webhook.PublicUrl;
import dev.tailnetproxy.proxy.webhook.Scheme;
import dev.tailnetproxy.proxy.webhook.Shopify;
import dev.tailnetproxy.proxy.webhook.SignatureEncoding;
import dev.tailnetproxy.proxy.webhook.SignatureFormat;
import dev.tailnetproxy.proxy.webhook.Slack;
import dev.tailnetproxy.proxy.webhook.StandardWebhooks;
import dev.tailnetproxy.proxy.webhook.Stripe;
import dev.tailnetproxy.proxy.webhook.Twilio;
import dev.tailnetproxy.proxy.webhook.VerificationSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How senders are verified, by environment variable. */
class VerificationReaderTest {

    private static final String PREFIX = "TS_FORWARDER_";

    private static Optional<VerificationSettings> read(Map<String, String> environment) {
        EnvironmentReader reader = new EnvironmentReader(TestConfig.of(environment));
        Optional<VerificationSettings> settings = VerificationReader.read(reader);
        reader.throwIfInvalid();
        return settings;
    }

    /** Variables such as {@code VERIFY=github SECRET_ID=x}. */
    private static Map<String, String> environment(String variables) {
        return Arrays.stream(variables.split(" ", -1))
                .map(variable -> variable.split("=", 2))
                .collect(Collectors.toMap(parts -> PREFIX + parts[0], parts -> parts[1]));
    }

    static Stream<Arguments> schemes() {
        return Stream.of(
                arguments("VERIFY=github", new GitHub()),
                arguments("VERIFY=stripe", new Stripe()),
                arguments("VERIFY=slack", new Slack()),
                arguments("VERIFY=shopify", new Shopify()),
                arguments("VERIFY=standard-webhooks", new StandardWebhooks()),
                arguments(
                        "VERIFY=twilio PUBLIC_URL=https://hooks.example.com:8443/prod",
                        new Twilio(new PublicUrl("https", "hooks.example.com", 8443, true, "/prod"))),
                arguments(
                        "VERIFY=hmac HMAC_HEADER=X-Sign",
                        new GenericHmac(
                                "X-Sign",
                                "",
                                new SignatureFormat(HmacAlgorithm.SHA256, SignatureEncoding.HEX),
                                Optional.empty())),
                arguments(
                        "VERIFY=hmac HMAC_HEADER=X-Sign HMAC_PREFIX=v1= HMAC_ALGORITHM=sha512 HMAC_ENCODING=base64url"
                                + " HMAC_TIMESTAMP_HEADER=X-Time",
                        new GenericHmac(
                                "X-Sign",
                                "v1=",
                                new SignatureFormat(HmacAlgorithm.SHA512, SignatureEncoding.BASE64URL),
                                Optional.of("X-Time"))),
                arguments(
                        "VERIFY=hmac HMAC_HEADER=X-Sign HMAC_ALGORITHM=sha1 HMAC_ENCODING=upper-hex",
                        new GenericHmac(
                                "X-Sign",
                                "",
                                new SignatureFormat(HmacAlgorithm.SHA1, SignatureEncoding.UPPER_HEX),
                                Optional.empty())));
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void schemeIsRead(String variables, Scheme scheme) {
        assertThat(read(environment(variables + " SECRET_ID=hooks")))
                .contains(new VerificationSettings(scheme, "hooks", Duration.ofMinutes(5)));
    }

    @Test
    void toleranceIsRead() {
        assertThat(read(environment("VERIFY=slack SECRET_ID=hooks TOLERANCE_SECONDS=60")))
                .map(VerificationSettings::tolerance)
                .contains(Duration.ofMinutes(1));
    }

    @Test
    void sendersAreNotVerifiedByDefault() {
        assertThat(read(Map.of())).isEmpty();
        assertThat(read(WebhookVariables.forOperators().stream()
                        .collect(Collectors.toMap(Variable::name, Variable::defaultValue))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "VERIFY=GitHub SECRET_ID=x                                         | VERIFY",
                "VERIFY=github                                                     | SECRET_ID",
                "SECRET_ID=x                                                       | SECRET_ID",
                "VERIFY=github SECRET_ID=x TOLERANCE_SECONDS=0                     | TOLERANCE_SECONDS",
                "VERIFY=github SECRET_ID=x TOLERANCE_SECONDS=3601                  | TOLERANCE_SECONDS",
                "VERIFY=github SECRET_ID=x TOLERANCE_SECONDS=60                    | TOLERANCE_SECONDS",
                "VERIFY=shopify SECRET_ID=x TOLERANCE_SECONDS=60                   | TOLERANCE_SECONDS",
                "VERIFY=hmac SECRET_ID=x HMAC_HEADER=X-Sign TOLERANCE_SECONDS=60   | TOLERANCE_SECONDS",
                "TOLERANCE_SECONDS=60                                              | TOLERANCE_SECONDS",
                "VERIFY=github SECRET_ID=x PUBLIC_URL=https://hooks.example.com    | PUBLIC_URL",
                "VERIFY=github SECRET_ID=x HMAC_HEADER=X-Sign                      | HMAC_HEADER",
                "VERIFY=github SECRET_ID=x HMAC_ALGORITHM=sha1                     | HMAC_ALGORITHM",
                "VERIFY=twilio SECRET_ID=x                                         | PUBLIC_URL",
                "VERIFY=twilio SECRET_ID=x PUBLIC_URL=hooks.example.com            | PUBLIC_URL",
                "VERIFY=twilio SECRET_ID=x PUBLIC_URL=ftp://hooks.example.com      | PUBLIC_URL",
                "VERIFY=twilio SECRET_ID=x PUBLIC_URL=https:///path                | PUBLIC_URL",
                "VERIFY=twilio SECRET_ID=x PUBLIC_URL=https://a@hooks.example.com  | PUBLIC_URL",
                "VERIFY=twilio SECRET_ID=x PUBLIC_URL=https://hooks.example.com?a  | PUBLIC_URL",
                "VERIFY=twilio SECRET_ID=x PUBLIC_URL=https://hooks.example.com#a  | PUBLIC_URL",
                "VERIFY=twilio SECRET_ID=x PUBLIC_URL=https://hooks.example.com/a/ | PUBLIC_URL",
                "VERIFY=hmac SECRET_ID=x                                           | HMAC_HEADER",
                "VERIFY=hmac SECRET_ID=x HMAC_HEADER=X:Sign                        | HMAC_HEADER",
                "VERIFY=hmac SECRET_ID=x HMAC_HEADER=TS-Sign                       | HMAC_HEADER",
                "VERIFY=hmac SECRET_ID=x HMAC_HEADER=X-Sign HMAC_ALGORITHM=md5     | HMAC_ALGORITHM",
                "VERIFY=hmac SECRET_ID=x HMAC_HEADER=X-Sign HMAC_ENCODING=HEX      | HMAC_ENCODING",
                "VERIFY=hmac SECRET_ID=x HMAC_HEADER=X HMAC_TIMESTAMP_HEADER=x     | HMAC_TIMESTAMP_HEADER",
                "VERIFY=hmac SECRET_ID=x HMAC_HEADER=X HMAC_TIMESTAMP_HEADER=é     | HMAC_TIMESTAMP_HEADER"
            })
    void mistakeIsReportedByItsVariable(String variables, String variable) {
        assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> read(environment(variables)))
                .satisfies(invalid -> assertThat(invalid.settings())
                        .singleElement()
                        .satisfies(setting -> assertThat(setting.variable()).isEqualTo(PREFIX + variable)));
    }
}
