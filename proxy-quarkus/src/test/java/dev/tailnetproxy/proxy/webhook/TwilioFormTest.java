package dev.tailnetproxy.proxy.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.http.Headers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms, URLs and hashes that Twilio signs. */
class TwilioFormTest {

    private static final String SECRET = "a token of 32 hexadecimal digits";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String URL = "https://hooks.example.com/hook";

    private static SignedMessage message(String signedContent, String body, String type) {
        try {
            byte[] mac = TestSender.mac("HmacSHA1", TestSender.utf8(SECRET), "", TestSender.utf8(signedContent));
            return new SignedMessage(
                    "/hook",
                    null,
                    Headers.of("Content-Type", type, "X-Twilio-Signature", TestSender.base64(mac)),
                    TestSender.utf8(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SignedMessage form(String signedFields, String body) {
        return message(URL + signedFields, body, FORM);
    }

    private static Optional<RefusalCause> cause(SignedMessage message) {
        return cause("https://hooks.example.com", message);
    }

    private static Optional<RefusalCause> cause(String publicUrl, SignedMessage message) {
        Scheme scheme = new Twilio(PublicUrl.parse(publicUrl));
        return Verifications.cause(
                Verifications.at(scheme, TestSender.NOW, List.of(SECRET)).verify(message.request()));
    }

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "A1B2, B=2&A=1",
        "AB1, B=1&A=",
        "AB1, B=1&A",
        "A1A2, A=2&A=1&A=2",
        "B2a1, a=1&B=2",
        "Ab c, A=b+c",
        "Ab c, A=b%20c",
        "A+, A=%2B",
        "A+, A=%2b",
        "A=b=c, A==b%3Dc",
        "Aé, A=%C3%A9",
        "Aé, A=é",
        "A1, &A=1&&"
    })
    void fieldsAreSignedInTheOrderOfTheirNames(String signedFields, String body) {
        assertThat(cause(form(signedFields, body))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"A=%", "A=%1", "A=%G1", "A=%1G", "%=1", "A=%%31", "A=%+1"})
    void brokenEscapeIsRefused(String body) {
        assertThat(cause(form("A1", body))).contains(RefusalCause.MALFORMED_CONTENT);
    }

    @Test
    void bytesThatAreNotUtf8AreNotLost() throws Exception {
        byte[] body = "A=\u00ff\u00fe".getBytes(StandardCharsets.ISO_8859_1);
        byte[] content = (URL + "A\u00ff\u00fe").getBytes(StandardCharsets.ISO_8859_1);
        String signature = TestSender.base64(TestSender.mac("HmacSHA1", TestSender.utf8(SECRET), "", content));
        SignedMessage message = SignedMessage.of(body, "Content-Type", FORM, "X-Twilio-Signature", signature);

        assertThat(cause(message)).isEmpty();
        assertThat(cause(message.withBody("A=\u00fe\u00ff".getBytes(StandardCharsets.ISO_8859_1))))
                .contains(RefusalCause.WRONG_SIGNATURE);
    }

    /** The scheme has no separators: a caution for its users. */
    @Test
    void fieldsThatReadTheSameWithoutSeparatorsAreNotToldApart() {
        assertThat(cause(form("abc", "ab=c"))).isEmpty();
        assertThat(cause(form("abc", "a=bc"))).isEmpty();
    }

    /** But for the letter case of an escape's digit, which changes nothing. */
    @Test
    void anyChangedBitOfAFormIsRefused() {
        String body = "To=%2B18005551212&CallSid=CA1234567890ABCDE&Digits=1264&Text=a+b";
        SignedMessage message = form("CallSidCA1234567890ABCDEDigits1264Texta bTo+18005551212", body);
        assertThat(cause(message)).isEmpty();

        List<String> accepted = new ArrayList<>();
        for (int bit = 0; bit < body.length() * Byte.SIZE; bit++) {
            byte[] changed = TestSender.utf8(body);
            changed[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            if (cause(message.withBody(changed)).isEmpty()) {
                accepted.add(new String(changed, StandardCharsets.ISO_8859_1));
            }
        }

        assertThat(accepted).containsExactly(body.replace("%2B", "%2b"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://hooks.example.com, https://hooks.example.com/hook, true",
        "https://hooks.example.com, https://hooks.example.com:443/hook, true",
        "https://hooks.example.com/, https://hooks.example.com/hook, true",
        "https://hooks.example.com:8443, https://hooks.example.com:8443/hook, true",
        "https://hooks.example.com:8443, https://hooks.example.com/hook, true",
        "https://hooks.example.com:8443, https://hooks.example.com:443/hook, false",
        "http://hooks.example.com, http://hooks.example.com:80/hook, true",
        "http://hooks.example.com, http://hooks.example.com:443/hook, false",
        "https://hooks.example.com/prod, https://hooks.example.com/prod/hook, true",
        "https://hooks.example.com/prod, https://hooks.example.com/hook, false",
        "https://hooks.example.com, http://hooks.example.com/hook, false",
        "https://hooks.example.com, https://other.example.com/hook, false",
        "https://hooks.example.com, https://hooks.example.com/hook/, false",
        "https://hooks.example.com, https://hooks.example.com/hook?, false"
    })
    void urlIsSignedWithOrWithoutItsPort(String publicUrl, String signedUrl, boolean accepted) {
        assertThat(cause(publicUrl, message(signedUrl, "", FORM)).isEmpty()).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource({
        "application/x-www-form-urlencoded; charset=UTF-8, true",
        "Application/X-WWW-Form-Urlencoded, true",
        "application/json, false",
        "application/x-www-form-urlencoded-not, false",
        "multipart/form-data, false"
    })
    void bodyOfAnotherTypeIsCoveredByItsHashOnly(String type, boolean isForm) {
        SignedMessage message = message(URL + "A1", "A=1", type);

        assertThat(cause(message)).isEqualTo(isForm ? Optional.empty() : Optional.of(RefusalCause.UNSIGNED_BODY));
    }

    @Test
    void bodyCantBeAddedToARequestWithoutOne() {
        SignedMessage message = message(URL, "", "application/json");

        assertThat(cause(message)).isEmpty();
        assertThat(cause(message.withBody(TestSender.utf8("{}")))).contains(RefusalCause.UNSIGNED_BODY);
        assertThat(cause(message.withBody(TestSender.utf8("{}")).without("Content-Type")))
                .contains(RefusalCause.UNSIGNED_BODY);
    }

    @Test
    void typeThatIsNamedTwiceIsRefused() {
        assertThat(cause(form("A1", "A=1").add("content-type", "application/json")))
                .contains(RefusalCause.REPEATED_FIELD);
    }
}
