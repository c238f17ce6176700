package dev.tailnetproxy.proxy.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples that senders publish. */
class SignatureVectorsTest {

    private static final String SLACK_BODY = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
            + "&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
            + "&command=%2Fwebhook-collect&text="
            + "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554"
            + "%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";

    private record Vector(String name, Scheme scheme, String secret, long seconds, SignedMessage message) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static byte[] body(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Stream<Vector> vectors() {
        return Stream.of(
                new Vector(
                        "GitHub: Validating webhook deliveries",
                        new GitHub(),
                        "It's a Secret to Everybody",
                        0,
                        SignedMessage.of(
                                body("Hello, World!"),
                                "X-Hub-Signature-256",
                                "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")),
                new Vector(
                        "Slack: Verifying requests from Slack",
                        new Slack(),
                        "8f742231b10e8888abcd99yyyzzz85a5",
                        1_531_420_618,
                        SignedMessage.of(
                                body(SLACK_BODY),
                                "X-Slack-Request-Timestamp",
                                "1531420618",
                                "X-Slack-Signature",
                                "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503")),
                new Vector(
                        "Standard Webhooks: the reference libraries",
                        new StandardWebhooks(),
                        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                        1_614_265_330,
                        SignedMessage.of(
                                body("{\"test\": 2432232314}"),
                                "webhook-id",
                                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                                "webhook-timestamp",
                                "1614265330",
                                "webhook-signature",
                                "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")),
                new Vector(
                        "Twilio: Security",
                        new Twilio(PublicUrl.parse("https://mycompany.com")),
                        "12345",
                        0,
                        new SignedMessage(
                                "/myapp.php",
                                "foo=1&bar=2",
                                Headers.of(
                                        "Content-Type",
                                        "application/x-www-form-urlencoded",
                                        "X-Twilio-Signature",
                                        "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
                                body("To=%2B18005551212&CallSid=CA1234567890ABCDE&From=%2B14158675309&Digits=1234"
                                        + "&Caller=%2B14158675309"))));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void publishedSignatureIsAccepted(Vector vector) {
        SenderVerification verification = Verifications.at(vector.scheme(), vector.seconds(), List.of(vector.secret()));

        assertThat(verification.verify(vector.message().request())).isInstanceOf(Verdict.Accepted.class);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void anotherSecretIsRefused(Vector vector) {
        String other =
                vector.secret().replace('5', '6').replace("Secret", "secret").replace("MfKQ", "MfKR");
        SenderVerification verification = Verifications.at(vector.scheme(), vector.seconds(), List.of(other));

        assertThat(Verifications.cause(verification.verify(vector.message().request())))
                .contains(RefusalCause.WRONG_SIGNATURE);
    }
}
