package dev.tailnetproxy.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The source is the gateway's; nothing that a sender writes is taken for it, and no other event is allowed. */
class AuthorizerEventTest {

    private static final SourcePolicy EVERYWHERE = TestPolicy.of("0.0.0.0/0,::/0");
    private static final String HTTP = "/requestContext/http";

    @Test
    void documentedEventIsDecidedByItsSourceIp() {
        assertThat(TestPolicy.of("203.0.113.7")
                        .decide(TestEvent.documented().read())
                        .reason())
                .isEqualTo(Reason.LISTED);
        assertThat(TestPolicy.of("203.0.113.8")
                        .decide(TestEvent.documented().read())
                        .reason())
                .isEqualTo(Reason.NOT_LISTED);
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    /headers               | x-forwarded-for          | 192.0.2.7
                    /headers               | X-Forwarded-For          | 192.0.2.7
                    /headers               | x-forwarded-for          | 192.0.2.7,203.0.113.7
                    /headers               | x-forwarded-for          | 203.0.113.7,192.0.2.7
                    /headers               | forwarded                | for=192.0.2.7;proto=https
                    /headers               | x-real-ip                | 192.0.2.7
                    /headers               | x-client-ip              | 192.0.2.7
                    /headers               | true-client-ip           | 192.0.2.7
                    /headers               | cf-connecting-ip         | 192.0.2.7
                    /headers               | cloudfront-viewer-address| 192.0.2.7:443
                    /headers               | x-envoy-external-address | 192.0.2.7
                    /headers               | sourceIp                 | 192.0.2.7
                    /headers               | requestContext           | 192.0.2.7
                    /queryStringParameters | sourceIp                 | 192.0.2.7
                    /pathParameters        | sourceIp                 | 192.0.2.7
                    /stageVariables        | sourceIp                 | 192.0.2.7
                    /requestContext        | sourceIp                 | 192.0.2.7
                    /requestContext/http   | userAgent                | 192.0.2.7
                    /requestContext/http   | path                     | /192.0.2.7
                    -                      | rawQueryString           | sourceIp=192.0.2.7
                    -                      | rawPath                  | /192.0.2.7
                    -                      | sourceIp                 | 192.0.2.7
                    -                      | cookies                  | sourceIp=192.0.2.7
                    """)
    void allowedAddressElsewhereOpensNothing(String place, String member, String text) {
        String object = place.equals("-") ? "" : place;
        TestEvent stranger = TestEvent.documented().withText(object, member, text);
        TestEvent sender =
                TestEvent.from("192.0.2.7").withText(object, member, text.replace("192.0.2.7", "203.0.113.7"));
        SourcePolicy policy = TestPolicy.of("192.0.2.7");

        assertThat(policy.decide(stranger.read()).reason()).isEqualTo(Reason.NOT_LISTED);
        assertThat(policy.decide(sender.read()).reason()).isEqualTo(Reason.LISTED);
    }

    private static Named<UnaryOperator<TestEvent>> change(String what, UnaryOperator<TestEvent> change) {
        return Named.of(what, change);
    }

    static Stream<Named<UnaryOperator<TestEvent>>> unexpectedChanges() {
        return Stream.of(
                change("no context", event -> event.without("", "requestContext")),
                change("context is null", event -> event.with("", "requestContext", "null")),
                change("context is a text", event -> event.with("", "requestContext", "\"203.0.113.7\"")),
                change("context is a list", event -> event.with("", "requestContext", "[{\"http\":{}}]")),
                change("no http", event -> event.without("/requestContext", "http")),
                change("http is a list", event -> event.with("/requestContext", "http", "[\"203.0.113.7\"]")),
                change("no source", event -> event.without(HTTP, "sourceIp")),
                change("source is null", event -> event.with(HTTP, "sourceIp", "null")),
                change("source is a number", event -> event.with(HTTP, "sourceIp", "3405803783")),
                change("source is a list", event -> event.with(HTTP, "sourceIp", "[\"203.0.113.7\"]")),
                change("source is an object", event -> event.with(HTTP, "sourceIp", "{\"ip\":\"203.0.113.7\"}")),
                change("source is true", event -> event.with(HTTP, "sourceIp", "true")),
                change("source in another case", event -> event.without(HTTP, "sourceIp")
                        .withText(HTTP, "sourceIP", "203.0.113.7")),
                change("source of payload 1.0", event -> event.without("/requestContext", "http")
                        .with("/requestContext", "identity", "{\"sourceIp\":\"203.0.113.7\"}")),
                change("payload 1.0", event -> event.withText("", "version", "1.0")),
                change("payload 3.0", event -> event.withText("", "version", "3.0")),
                change("version is a number", event -> event.with("", "version", "2.0")),
                change("no version", event -> event.without("", "version")),
                change("type of a token authorizer", event -> event.withText("", "type", "TOKEN")),
                change("an HTTP API's event for an integration", event -> event.without("", "type")));
    }

    @ParameterizedTest
    @MethodSource("unexpectedChanges")
    void unexpectedEventIsDenied(UnaryOperator<TestEvent> change) {
        Decision decision =
                EVERYWHERE.decide(change.apply(TestEvent.documented()).read());

        assertThat(decision.reason()).isEqualTo(Reason.UNEXPECTED_EVENT);
        assertThat(decision.isAllowed()).isFalse();
    }

    static Stream<Named<byte[]>> unreadable() {
        String event = TestEvent.documented().json();
        String source = "\"sourceIp\":\"203.0.113.7\"";
        return Stream.concat(
                Stream.of("", " ", "null", "true", "1", "\"2.0\"", "[]", "{}", "{", "}", "x", "<event/>")
                        .map(text -> Named.of("text " + text, text.getBytes(StandardCharsets.UTF_8))),
                Stream.of(
                        Named.of("cut off", bytes(event.substring(0, event.length() - 1))),
                        Named.of("two events", bytes(event + event)),
                        Named.of("text behind the event", bytes(event + "x")),
                        Named.of("in a list", bytes("[" + event + "]")),
                        Named.of("two sources", bytes(event.replace(source, source + "," + source))),
                        Named.of("deep nesting", bytes("{\"a\":" + "[".repeat(100_000))),
                        Named.of("no UTF-8", event.replace("agent", "\u00e9").getBytes(StandardCharsets.ISO_8859_1))));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void eventThatIsNotOneJsonObjectIsDenied(byte[] event) {
        assertThat(EVERYWHERE.decide(TestEvent.read(event)).reason()).isEqualTo(Reason.UNEXPECTED_EVENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "[\"203.0.113.7\"]",
                "[\"::ffff:203.0.113.7\"]",
                "[\"POST /{hook}\",\"203.0.113.7\"]"
            })
    void cachedDecisionMayHoldForOneSource(String identitySource) {
        TestEvent event = TestEvent.documented().with("", "identitySource", identitySource);

        assertThat(EVERYWHERE.decide(event.read()).reason()).isEqualTo(Reason.LISTED);
    }

    @Test
    void eventWithoutIdentitySourceIsDecided() {
        TestEvent event = TestEvent.documented().without("", "identitySource");

        assertThat(EVERYWHERE.decide(event.read()).reason()).isEqualTo(Reason.LISTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"sha256=757107ea\"]",
                "[\"203.0.113.8\"]",
                "[\"203.0.113.7,203.0.113.8\"]",
                "[\"\"]",
                "[null]",
                "[3405803783]",
                "[[\"203.0.113.7\"]]",
                "\"203.0.113.7\"",
                "\"\"",
                "false",
                "{\"ip\":\"203.0.113.7\"}"
            })
    void decisionThatCouldBeCachedForOtherSourcesIsDenied(String identitySource) {
        TestEvent event = TestEvent.documented().with("", "identitySource", identitySource);

        assertThat(EVERYWHERE.decide(event.read()).reason()).isEqualTo(Reason.UNEXPECTED_EVENT);
    }
}
