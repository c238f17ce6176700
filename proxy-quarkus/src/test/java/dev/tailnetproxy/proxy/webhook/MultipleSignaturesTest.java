package dev.tailnetproxy.proxy.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Fields with several signatures, and lists that a gateway makes of repeated fields. */
class MultipleSignaturesTest {

    private static final String HEX_ZEROS = "0".repeat(64);
    private static final String BASE64_ZEROS = "A".repeat(43) + "=";

    /** In which the right signature is S, its time T and a wrong one 0. */
    private static Optional<RefusalCause> cause(TestSender sender, String field, String zeros) {
        SignedMessage message = sender.message();
        String value =
                field.replace("0", zeros).replace("T", "" + TestSender.NOW).replace("S", sender.signature(message));
        return Verifications.cause(sender.verdict(message.set(sender.signatureField(), value)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "accepted",
            value = {
                "t=T,v1=S                | accepted",
                "v1=S,t=T                | accepted",
                "t=T,v1=0,v1=S           | accepted",
                "t=T,v1=S,v1=0           | accepted",
                "t=T,v1=S,v0=0           | accepted",
                "t=T,v1=S,more=1         | accepted",
                "t=T,v1=S,more           | MALFORMED_SIGNATURE",
                "t=T,v1=S,               | MALFORMED_SIGNATURE",
                "t=T,v1=S, t=T,v1=S      | MALFORMED_SIGNATURE",
                "t=T,v1=0                | WRONG_SIGNATURE",
                "t=T,v0=S                | MALFORMED_SIGNATURE",
                "t=T,v2=S                | MALFORMED_SIGNATURE",
                "t=T                     | MALFORMED_SIGNATURE",
                "v1=S                    | MALFORMED_SIGNATURE",
                "S                       | MALFORMED_SIGNATURE",
                "t=T;v1=S                | MALFORMED_SIGNATURE",
                "t=T, v1=S               | MALFORMED_SIGNATURE",
                "T=T,V1=S                | MALFORMED_SIGNATURE",
                "t=T,v1=S,v1=            | MALFORMED_SIGNATURE",
                "t=T,v1=S,t=T            | REPEATED_FIELD",
                "t=T,v1=S,t=T,v1=S       | REPEATED_FIELD",
                "t=,v1=S                 | MALFORMED_TIMESTAMP",
                "t=-T,v1=S               | MALFORMED_TIMESTAMP"
            })
    void stripe(String field, RefusalCause cause) {
        assertThat(cause(TestSender.stripe(), field, HEX_ZEROS)).isEqualTo(Optional.ofNullable(cause));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "accepted",
            value = {
                "v1,S                    | accepted",
                "v1,0 v1,S               | accepted",
                "v1,S v1,0               | accepted",
                "v1a,0 v1,S              | accepted",
                "v1,0                    | WRONG_SIGNATURE",
                "v1a,S                   | MALFORMED_SIGNATURE",
                "v2,S                    | MALFORMED_SIGNATURE",
                "V1,S                    | MALFORMED_SIGNATURE",
                "S                       | MALFORMED_SIGNATURE",
                "v1,S,v1,S               | MALFORMED_SIGNATURE",
                "v1,S, v1,S              | MALFORMED_SIGNATURE",
                "v1=S                    | MALFORMED_SIGNATURE"
            })
    void standardWebhooks(String field, RefusalCause cause) {
        assertThat(cause(TestSender.standardWebhooks(), field, BASE64_ZEROS)).isEqualTo(Optional.ofNullable(cause));
    }

    /** Gateways join repeated fields with commas. */
    @ParameterizedTest
    @MethodSource("dev.tailnetproxy.proxy.webhook.TestSender#all")
    void listOfTheSameFieldTwiceIsRefused(TestSender sender) {
        SignedMessage message = sender.message();
        String field = sender.signatureField();
        String value = message.field(field);

        assertThat(Stream.of(value + "," + value, value + ", " + value)
                        .map(list -> Verifications.cause(sender.verdict(message.set(field, list)))))
                .doesNotContain(Optional.empty());
    }

    @Test
    void signaturesAreBounded() {
        String seven = "v1=0,".repeat(Claim.MAX_SIGNATURES - 1);

        assertThat(cause(TestSender.stripe(), "t=T," + seven + "v1=S", HEX_ZEROS))
                .isEmpty();
        assertThat(cause(TestSender.stripe(), "t=T," + seven + "v1=0,v1=S", HEX_ZEROS))
                .contains(RefusalCause.REPEATED_FIELD);
        assertThat(cause(
                        TestSender.standardWebhooks(),
                        String.join(" ", Collections.nCopies(Claim.MAX_SIGNATURES + 1, "v1,S")),
                        BASE64_ZEROS))
                .contains(RefusalCause.REPEATED_FIELD);
    }

    @Test
    void idOfStandardWebhooksIsSigned() {
        TestSender sender = TestSender.standardWebhooks();

        assertThat(sender.verdict(sender.message())).isEqualTo(new Verdict.Accepted(Optional.of("msg_1"), false));
        assertThat(Verifications.cause(sender.verdict(sender.message().set("webhook-id", "msg_2"))))
                .contains(RefusalCause.WRONG_SIGNATURE);
        assertThat(Verifications.cause(sender.verdict(sender.message().without("webhook-id"))))
                .contains(RefusalCause.MISSING_FIELD);
    }

    /** Otherwise id and timestamp could take a part of the body, or the body a part of them. */
    @Test
    void dotInTheIdIsRefused() {
        TestSender sender = TestSender.standardWebhooks();

        assertThat(Verifications.cause(sender.verdict(sender.message().set("webhook-id", "msg_1.17"))))
                .contains(RefusalCause.MALFORMED_CONTENT);
    }
}
