package dev.tailnetproxy.proxy.forwarder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.AssertionsForClassTypes.assertThatExceptionOfType;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.forwarding.Selection;
import dev.tailnetproxy.proxy.forwarding.SenderCheck;
import dev.tailnetproxy.proxy.headers.UnderscoreHeaders;
import dev.tailnetproxy.proxy.http.Caller;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.Ingress;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.time.Deadline;
import dev.tailnetproxy.testkit.TestClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a sender's request goes to the fixed target, and that nothing in it leads elsewhere. */
class FixedTargetSelectorTest {

    private static final String TARGET = "https://hooks:8443/base";

    private static FixedTargetSelector selector(String... namesAndValues) {
        return new FixedTargetSelector(
                ForwarderFixture.settings(TARGET, namesAndValues), SenderCheck.none(), UnderscoreHeaders.PASS);
    }

    private static final FixedTargetSelector DEFAULT = selector();

    private static Selection select(ProxyRequest request) {
        return select(DEFAULT, request);
    }

    private static Selection select(FixedTargetSelector selector, ProxyRequest request) {
        return selector.select(selector.interpret(request));
    }

    private static ErrorName refusal(FixedTargetSelector selector, ProxyRequest request) {
        return assertThatExceptionOfType(ProxyFailure.class)
                .isThrownBy(() -> select(selector, request))
                .actual()
                .name();
    }

    @Test
    void sendsBelowBase() {
        Selection selection = select(ForwarderFixture.post("/github/push", Headers.none()));

        assertThat(selection.target().host()).hasToString("hooks");
        assertThat(selection.target().port().number()).isEqualTo(8443);
        assertThat(selection.target().https()).isTrue();
        assertThat(selection.target().tlsServerName().orElseThrow()).hasToString("hooks");
        assertThat(selection.requestTarget()).isEqualTo("/base/github/push?a=1");
        assertThat(selection.headers().all("host")).isEqualTo(List.of("hooks:8443"));
    }

    /** What the target does not get, no rule and no signature check may rely on. */
    @ParameterizedTest
    @CsvSource({"x-signature, UNAUTHORIZED", "Content-Type, UNSUPPORTED_MEDIA_TYPE"})
    void connectionTakesNoFieldFromTargetBehindCheck(String name, ErrorName error) {
        SenderCheck check = (request, body) ->
                request.headers().contains("x-signature") ? Optional.empty() : Optional.of("no signature");
        FixedTargetSelector selector = new FixedTargetSelector(
                ForwarderFixture.settings(TARGET, "ALLOWED_CONTENT_TYPES", "application/json"),
                check,
                UnderscoreHeaders.PASS);

        assertThat(refusal(
                        selector,
                        ForwarderFixture.post("/", Headers.of("x-signature", "a", "connection", "close, " + name))))
                .isEqualTo(error);
    }

    /** Of an API with IAM the gateway has checked it, so that it is the call's. */
    @Test
    void signatureOfSignedCallStaysBehind() {
        ProxyRequest request =
                ForwarderFixture.post("/", Headers.of("authorization", "AWS4-HMAC-SHA256 x", "x-amz-date", "x"));
        ProxyRequest signed = request.from(Caller.principal("arn:aws:iam::123456789012:user/alice", "123456789012"));

        assertThat(select(signed).headers().contains("authorization")).isFalse();
        assertThat(select(signed).headers().contains("x-amz-date")).isFalse();
        assertThat(select(request).headers().contains("authorization")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/..", "/a/../../b", "/%2e%2e/b", "/a%2f..%2fb", "/a\\..\\b", "//other/b", "/..;/b", "/a%252f"})
    void pathsThatLeadOutOfBaseAreInvalid(String path) {
        assertThat(refusal(selector(), ForwarderFixture.post(path, Headers.none())))
                .isEqualTo(ErrorName.INVALID_TARGET);
    }

    @Test
    void refusesByFirstRule() {
        FixedTargetSelector selector = selector(
                "ALLOWED_SOURCES", "203.0.113.0/24",
                "ALLOWED_METHODS", "PUT,POST",
                "ALLOWED_PATHS", "/github/*",
                "ALLOWED_CONTENT_TYPES", "application/json",
                "MAX_BODY_BYTES", "2");
        ProxyRequest accepted = ForwarderFixture.post("/github/x", Headers.none());

        assertThat(select(selector, accepted).requestTarget()).isEqualTo("/base/github/x?a=1");
        assertThat(refusal(
                        selector,
                        ForwarderFixture.post("/github/x", Headers.none(), ForwarderFixture.ingress("192.0.2.1"))))
                .isEqualTo(ErrorName.SENDER_NOT_ALLOWED);
        assertThat(refusal(selector, ForwarderFixture.post("/gitlab/x", Headers.none())))
                .isEqualTo(ErrorName.PATH_NOT_ALLOWED);
        assertThat(refusal(selector, ForwarderFixture.post("/github/x", Headers.of("content-type", "text/plain"))))
                .isEqualTo(ErrorName.UNSUPPORTED_MEDIA_TYPE);
        assertThat(refusal(
                        selector("MAX_BODY_BYTES", "1", "ALLOWED_CONTENT_TYPES", "text/csv"),
                        ForwarderFixture.post("/github/x", Headers.none())))
                .isEqualTo(ErrorName.CONTENT_TOO_LARGE);
        assertThat(refusal(selector("ALLOWED_METHODS", "GET"), accepted)).isEqualTo(ErrorName.METHOD_NOT_ALLOWED);
    }

    @Test
    void otherGatewaysRequestsAreRefused() {
        Ingress functionUrl = Ingress.of("203.0.113.7", "abc.lambda-url.eu-central-1.on.aws", "$default", 0)
                .orElseThrow();

        assertThat(refusal(selector(), ForwarderFixture.post("/", Headers.none(), functionUrl)))
                .isEqualTo(ErrorName.SENDER_NOT_ALLOWED);
        assertThat(refusal(
                        selector("GATEWAY", "function-url", "ALLOWED_SOURCES", "0.0.0.0/0"),
                        ForwarderFixture.post("/", Headers.none())))
                .isEqualTo(ErrorName.SENDER_NOT_ALLOWED);
    }

    @Test
    void checksSenderWithRawBodyAndItsOwnFields() {
        List<String> seen = new ArrayList<>();
        SenderCheck check = (request, body) -> {
            seen.add(request.headers().first("x-hub-signature-256").orElse("none") + " "
                    + new String(body, StandardCharsets.UTF_8));
            return request.headers().contains("x-hub-signature-256") ? Optional.empty() : Optional.of("no signature");
        };
        FixedTargetSelector selector =
                new FixedTargetSelector(ForwarderFixture.settings(TARGET), check, UnderscoreHeaders.PASS);

        select(selector, ForwarderFixture.post("/", Headers.of("x-hub-signature-256", "sha256=00")));

        assertThat(refusal(selector, ForwarderFixture.post("/", Headers.none())))
                .isEqualTo(ErrorName.UNAUTHORIZED);
        assertThat(seen).isEqualTo(List.of("sha256=00 {}", "none {}"));
    }

    /** The gateway's time goes on while a function starts. */
    @ParameterizedTest
    @CsvSource({"0, 20000", "4000, 16000", "14999, 5001", "15000, 5000", "3600000, 5000", "-60000, 20000"})
    void deadlineCountsFromArrivalAtGateway(long passedMillis, long leftMillis) {
        TestClock clock = TestClock.stopped();
        Ingress passed = Ingress.of("203.0.113.7", ForwarderFixture.API, "$default", clock.millis() - passedMillis)
                .orElseThrow();
        ProxyRequest late = ForwarderFixture.post("/", Headers.none())
                .until(Deadline.in(Duration.ofMinutes(5), clock))
                .through(passed);

        assertThat(selector("TIMEOUT_MS", "20000").interpret(late).deadline().remaining())
                .isEqualTo(Duration.ofMillis(leftMillis));
    }
}
