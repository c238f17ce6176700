package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.cdk.support.TestStack;
import dev.tailnetproxy.contract.ForwarderVariables;
import dev.tailnetproxy.contract.Variable;
import dev.tailnetproxy.contract.WebhookVariables;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.Duration;

/** The variables of forwarder mode and of the verification of senders, each by its property. */
class ForwarderEnvironmentVariablesTest {

    private static final String[] OF_EVERY_PROXY = {"TS_SECRET_API_KEY", "TS_PROXY_METRICS", "TS_TAILNET_ONLY"};

    private static final Map<String, String> EVERY_FORWARDER_OPTION = Map.ofEntries(
            Map.entry("TS_FORWARDER_TARGET", "https://orders:8443/base"),
            Map.entry("TS_FORWARDER_GATEWAY", "http-api"),
            Map.entry("TS_FORWARDER_ALLOWED_SOURCES", "192.0.2.0/24,2001:db8::/32"),
            Map.entry("TS_FORWARDER_ALLOWED_METHODS", "POST,PUT"),
            Map.entry("TS_FORWARDER_ALLOWED_PATHS", "/hooks/*,/ping"),
            Map.entry("TS_FORWARDER_ALLOWED_CONTENT_TYPES", "application/json,text/*"),
            Map.entry("TS_FORWARDER_MAX_BODY_BYTES", "65536"),
            Map.entry("TS_FORWARDER_TIMEOUT_MS", "12000"),
            Map.entry("TS_FORWARDER_RESPONSE", "status-and-headers"),
            Map.entry("TS_FORWARDER_VERIFY", "hmac"),
            Map.entry("TS_FORWARDER_SECRET_ID", "tailscale/auth-key"),
            Map.entry("TS_FORWARDER_TOLERANCE_SECONDS", "60"),
            Map.entry("TS_FORWARDER_HMAC_HEADER", "X-Signature"),
            Map.entry("TS_FORWARDER_HMAC_PREFIX", "v1="),
            Map.entry("TS_FORWARDER_HMAC_ALGORITHM", "sha512"),
            Map.entry("TS_FORWARDER_HMAC_ENCODING", "upper-hex"),
            Map.entry("TS_FORWARDER_HMAC_TIMESTAMP_HEADER", "X-Time"));

    private static final String OF_TWILIO_ALONE = "TS_FORWARDER_PUBLIC_URL";

    @TempDir
    private Path folder;

    private Map<String, String> variablesOf(Function<TestStack, ForwarderOptions> options) {
        TestStack testStack = new TestStack(folder);
        testStack.forwarder(props -> props.forwarder(options.apply(testStack)));
        return testStack.variables();
    }

    private static ForwarderOptions everyForwarderOption(TestStack testStack) {
        return ForwarderOptions.builder()
                .target("https://orders:8443/base")
                .addAllowedSources("192.0.2.0/24", "2001:db8::/32")
                .addAllowedMethods("POST", "PUT")
                .addAllowedPaths("/hooks/*", "/ping")
                .addAllowedContentTypes("application/json", "text/*")
                .maxBodyBytes(65_536)
                .timeout(Duration.seconds(12))
                .response(ResponseDetail.STATUS_AND_HEADERS)
                .verification(SenderVerification.builder()
                        .scheme(SignatureScheme.HMAC)
                        .secret(testStack.secret())
                        .tolerance(Duration.minutes(1))
                        .hmac(HmacOptions.builder()
                                .header("X-Signature")
                                .prefix("v1=")
                                .algorithm(HmacAlgorithm.SHA512)
                                .encoding(SignatureEncoding.UPPER_HEX)
                                .timestampHeader("X-Time")
                                .build())
                        .build())
                .build();
    }

    @Test
    void everyForwarderOptionSetsItsVariable() {
        assertThat(variablesOf(ForwarderEnvironmentVariablesTest::everyForwarderOption))
                .containsAllEntriesOf(EVERY_FORWARDER_OPTION)
                .hasSize(EVERY_FORWARDER_OPTION.size() + OF_EVERY_PROXY.length);
        assertThat(variablesOf(testStack -> ForwarderOptions.builder()
                        .target("http://orders")
                        .verification(SenderVerification.builder()
                                .scheme(SignatureScheme.TWILIO)
                                .secret(testStack.secret())
                                .publicUrl("https://hooks.example")
                                .build())
                        .build()))
                .containsEntry(OF_TWILIO_ALONE, "https://hooks.example")
                .containsEntry("TS_FORWARDER_VERIFY", "twilio");
    }

    @Test
    void unsetForwarderPropertySetsNoVariable() {
        assertThat(variablesOf(testStack ->
                        ForwarderOptions.builder().target("http://orders").build()))
                .containsOnlyKeys(Stream.concat(
                                Stream.of(OF_EVERY_PROXY), Stream.of("TS_FORWARDER_TARGET", "TS_FORWARDER_GATEWAY"))
                        .toArray(String[]::new));
    }

    @Test
    void everyChoiceOfTheContractHasItsConstant() {
        assertThat(words(SignatureScheme.values()))
                .containsExactlyInAnyOrderElementsOf(withoutNone(WebhookVariables.VERIFY.words()));
        assertThat(words(HmacAlgorithm.values()))
                .containsExactlyInAnyOrderElementsOf(WebhookVariables.HMAC_ALGORITHM.words());
        assertThat(words(SignatureEncoding.values()))
                .containsExactlyInAnyOrderElementsOf(WebhookVariables.HMAC_ENCODING.words());
        assertThat(words(ResponseDetail.values()))
                .containsExactlyInAnyOrderElementsOf(ForwarderVariables.RESPONSE.words());
        assertThat(words(ForwarderGateway.values()))
                .containsExactlyInAnyOrderElementsOf(ForwarderVariables.GATEWAY.words());
    }

    private static List<String> withoutNone(List<String> words) {
        return words.stream().filter(word -> !word.equals("none")).toList();
    }

    private static List<String> words(Enum<?>[] constants) {
        return Stream.of(constants)
                .map(ForwarderEnvironmentVariablesTest::wordOf)
                .toList();
    }

    private static String wordOf(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Test
    void everyVariableHasAProperty() {
        Set<String> properties = new TreeSet<>(EVERY_FORWARDER_OPTION.keySet());
        properties.add(OF_TWILIO_ALONE);
        Set<String> needed = Stream.of(ForwarderVariables.forOperators(), WebhookVariables.forOperators())
                .flatMap(List::stream)
                .map(Variable::name)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(properties).isEqualTo(needed);
    }
}
