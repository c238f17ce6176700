package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailnetproxy.cdk.support.TestStack;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.secretsmanager.ISecret;

/** Settings of a forwarder that the function would refuse at its start are refused at synth, each with one sentence. */
class ForwarderOptionsTest {

    @TempDir
    private Path folder;

    private static ForwarderOptions.Builder options() {
        return ForwarderOptions.builder().target("https://orders:8443/base");
    }

    private static Arguments wrong(String message, Consumer<ForwarderOptions.Builder> change) {
        return Arguments.of(message, change);
    }

    static Stream<Arguments> wrongOptions() {
        String url = ": it must be a URL like https://name:port/base, without credentials, query and fragment";
        return Stream.of(
                wrong("target is \"orders:8443\"" + url, options -> options.target("orders:8443")),
                wrong("target is \"\"" + url, options -> options.target("")),
                wrong("target is \"https://a@b\"" + url, options -> options.target("https://a@b")),
                wrong(
                        "target is \"https://orders:0\": it holds a port that is not 1 to 65535",
                        options -> options.target("https://orders:0")),
                wrong(
                        "target is \"http://010.0.0.1\": it holds a host that holds an address",
                        options -> options.target("http://010.0.0.1")),
                wrong(
                        "target is \"https://orders/a/..\": it holds a path that has a dot segment",
                        options -> options.target("https://orders/a/..")),
                wrong("allowedSources has \"192.0.2.7/24\"", options -> options.addAllowedSources("192.0.2.7/24")),
                wrong("allowedSources has \"github\"", options -> options.addAllowedSources("github")),
                wrong("allowedMethods has \"post\": give methods in", options -> options.addAllowedMethods("post")),
                wrong("allowedMethods has \"TRACE\": give methods in", options -> options.addAllowedMethods("TRACE")),
                wrong(
                        "allowedMethods has \"*\": give methods in upper case other than CONNECT and TRACE, or * alone",
                        options -> options.addAllowedMethods("POST", "*")),
                wrong(
                        "allowedPaths has \"hooks\", which is not a path: it does not begin with a slash",
                        options -> options.addAllowedPaths("hooks")),
                wrong("allowedPaths has \"/a*\", which is not a path: *", options -> options.addAllowedPaths("/a*")),
                wrong("allowedPaths has \"/a,/b\", which is not", options -> options.addAllowedPaths("/a,/b")),
                wrong("allowedPaths has \"/%2e%2e/\", which is not", options -> options.addAllowedPaths("/%2e%2e/")),
                wrong(
                        "allowedContentTypes has \"json\": give a media type without parameters",
                        options -> options.addAllowedContentTypes("json")),
                wrong(
                        "allowedContentTypes has \"text/plain; charset=utf-8\"",
                        options -> options.addAllowedContentTypes("text/plain; charset=utf-8")),
                wrong("maxBodyBytes is 6291457: give", options -> options.maxBodyBytes(6_291_457)),
                wrong("maxBodyBytes is -1: give", options -> options.maxBodyBytes(-1)),
                wrong(
                        "timeout is 30000 ms: give a duration from 1 ms to 29000 ms",
                        options -> options.timeout(Duration.seconds(30))),
                wrong("timeout is 0 ms", options -> options.timeout(Duration.millis(0))),
                wrong(
                        "gateway is FUNCTION_URL, which everybody may call: give verification or allowedSources",
                        options -> options.gateway(ForwarderGateway.FUNCTION_URL)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongOptions")
    void wrongOptionIsRefusedWithOneSentence(String message, Consumer<ForwarderOptions.Builder> change) {
        ForwarderOptions.Builder options = options();
        change.accept(options);

        assertThatThrownBy(options::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("\n");
    }

    private SenderVerification.Builder verification(SignatureScheme scheme) {
        return SenderVerification.builder().scheme(scheme).secret(new TestStack(folder).secret());
    }

    static Stream<Arguments> wrongVerifications() {
        return Stream.of(
                verification(
                        SignatureScheme.GITHUB,
                        "verification.publicUrl is given, but has no effect",
                        props -> props.publicUrl("https://hooks.example")),
                verification(
                        SignatureScheme.TWILIO, "verification.publicUrl is missing: the scheme TWILIO", props -> {}),
                verification(
                        SignatureScheme.HMAC, "verification.hmac is missing: the scheme HMAC needs it", props -> {}),
                verification(
                        SignatureScheme.SLACK,
                        "verification.hmac is given, but has no effect with the scheme",
                        props -> props.hmac(
                                HmacOptions.builder().header("X-Signature").build())),
                verification(
                        SignatureScheme.STRIPE,
                        "verification.tolerance is 3601000 ms: give whole seconds from 1",
                        props -> props.tolerance(Duration.seconds(3_601))),
                verification(
                        SignatureScheme.STRIPE,
                        "verification.tolerance is 1500 ms: give whole seconds",
                        props -> props.tolerance(Duration.millis(1_500))),
                verification(
                        SignatureScheme.STRIPE,
                        "verification.tolerance is 0 ms",
                        props -> props.tolerance(Duration.seconds(0))));
    }

    private static Arguments verification(
            SignatureScheme scheme, String message, Consumer<SenderVerification.Builder> change) {
        return Arguments.of(scheme, message, change);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("wrongVerifications")
    void wrongVerificationIsRefused(
            SignatureScheme scheme, String message, Consumer<SenderVerification.Builder> change) {
        SenderVerification.Builder verification = verification(scheme);
        change.accept(verification);

        assertThatThrownBy(verification::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hooks.example",
                "ftp://hooks.example",
                "https://hooks.example/stage/",
                "https://user@hooks.example",
                "https://hooks.example?q",
                "https://hooks.example#f",
                "https://",
                "two words"
            })
    void wrongPublicUrlIsRefused(String url) {
        SenderVerification.Builder twilio = verification(SignatureScheme.TWILIO).publicUrl(url);

        assertThatThrownBy(twilio::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("verification.publicUrl is \"" + url + "\": give the beginning of the URL");
    }

    @Test
    void wrongHmacIsRefused() {
        HmacOptions.Builder twoWords = HmacOptions.builder().header("two words");
        HmacOptions.Builder same = HmacOptions.builder().header("X-Time").timestampHeader("x-time");

        assertThatThrownBy(twoWords::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("hmac.header is \"two words\": give the name of a header field, such as X-Signature");
        assertThatThrownBy(same::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("hmac.timestampHeader is \"x-time\", and so is hmac.header: give two different fields");
    }

    @Test
    void functionUrlIsOpenToListedSourcesOrVerifiedSenders() {
        ISecret secret = new TestStack(folder).secret();

        assertThat(options()
                        .gateway(ForwarderGateway.FUNCTION_URL)
                        .addAllowedSources("192.0.2.0/24")
                        .build()
                        .getVerification())
                .isEmpty();
        assertThat(options()
                        .gateway(ForwarderGateway.FUNCTION_URL)
                        .timeout(Duration.minutes(1))
                        .verification(SenderVerification.builder()
                                .scheme(SignatureScheme.GITHUB)
                                .secret(secret)
                                .build())
                        .build()
                        .getAllowedSources())
                .isEmpty();
    }

    @Test
    void valueKnownAtDeploymentPasses() {
        String value = CfnParameter.Builder.create(new TestStack(folder).stack(), "Value")
                .type("String")
                .build()
                .getValueAsString();

        assertThat(ForwarderOptions.builder()
                        .target(value)
                        .addAllowedPaths(value)
                        .addAllowedMethods(value)
                        .addAllowedContentTypes(value)
                        .build()
                        .getTarget())
                .isEqualTo(value);
    }
}
