package dev.tailnetproxy.proxy.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What attackers do to the request of each sender, beside what its own requests may be. */
class HostileSignaturesTest {

    private record Case(String name, UnaryOperator<SignedMessage> change, RefusalCause cause) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Case> cases(TestSender sender) {
        String field = sender.signatureField();
        return Stream.of(
                new Case("no field", message -> message.without(field), RefusalCause.MISSING_FIELD),
                new Case("empty field", message -> message.set(field, ""), RefusalCause.MISSING_FIELD),
                new Case(
                        "the same field twice",
                        message -> message.add(field, message.field(field)),
                        RefusalCause.REPEATED_FIELD),
                new Case(
                        "a field in another letter case beside it",
                        message -> message.add(field.toUpperCase(Locale.ROOT), "x"),
                        RefusalCause.REPEATED_FIELD),
                signature(sender, "no signature", text -> "", noSignature(sender)),
                signature(
                        sender,
                        "truncated by one character",
                        text -> text.substring(0, text.length() - 1),
                        RefusalCause.MALFORMED_SIGNATURE),
                signature(
                        sender,
                        "truncated to its first half",
                        text -> text.substring(0, text.length() / 2),
                        RefusalCause.MALFORMED_SIGNATURE),
                signature(sender, "one more character", text -> text + "0", RefusalCause.MALFORMED_SIGNATURE),
                signature(sender, "a line end behind it", text -> text + "\n", RefusalCause.MALFORMED_SIGNATURE),
                signature(sender, "twice without a separator", text -> text + text, RefusalCause.MALFORMED_SIGNATURE),
                signature(
                        sender,
                        "a character beyond ASCII",
                        text -> "ä" + text.substring(1),
                        RefusalCause.MALFORMED_SIGNATURE),
                signature(
                        sender,
                        "in another encoding",
                        HostileSignaturesTest::reencoded,
                        RefusalCause.MALFORMED_SIGNATURE),
                signature(sender, "of zeros", HostileSignaturesTest::zeros, RefusalCause.WRONG_SIGNATURE),
                new Case("of another body", message -> message.withBody(new byte[] {1}), wrongBody(sender)),
                new Case("of a body that was taken away", message -> message.withBody(new byte[0]), wrongBody(sender)),
                new Case(
                        "of a body with a line end",
                        message -> message.withBody(withLineEnd(message.body())),
                        wrongBody(sender)));
    }

    /** Without a beginning of its own the whole field is empty then. */
    private static RefusalCause noSignature(TestSender sender) {
        return sender.signatureStart().isEmpty() ? RefusalCause.MISSING_FIELD : RefusalCause.MALFORMED_SIGNATURE;
    }

    private static byte[] withLineEnd(byte[] body) {
        byte[] longer = Arrays.copyOf(body, body.length + 1);
        longer[body.length] = '\n';
        return longer;
    }

    private static RefusalCause wrongBody(TestSender sender) {
        return sender.scheme() instanceof Twilio ? RefusalCause.UNSIGNED_BODY : RefusalCause.WRONG_SIGNATURE;
    }

    private static Case signature(TestSender sender, String name, UnaryOperator<String> change, RefusalCause cause) {
        return new Case(name, message -> sender.resign(message, change.apply(sender.signature(message))), cause);
    }

    private static String zeros(String signature) {
        return signature.replaceAll("[^=]", "0");
    }

    /** Hexadecimal digits in the other letter case, and base64 as hexadecimal digits. */
    private static String reencoded(String signature) {
        if (signature.matches("[0-9a-f]+")) {
            return signature.toUpperCase(Locale.ROOT);
        }
        if (signature.matches("[0-9A-F]+")) {
            return signature.toLowerCase(Locale.ROOT);
        }
        return HexFormat.of()
                .formatHex(
                        Base64.getDecoder().decode(signature.replace('-', '+').replace('_', '/')));
    }

    static Stream<Arguments> sendersAndCases() {
        return TestSender.all().flatMap(sender -> cases(sender).map(row -> arguments(sender, row)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("sendersAndCases")
    void changedRequestIsRefused(TestSender sender, Case row) {
        assertThat(Verifications.cause(sender.verdict(row.change().apply(sender.message()))))
                .contains(row.cause());
    }

    static Stream<Arguments> sendersAndBodies() {
        byte[] everyByte = new byte[256];
        for (int i = 0; i < everyByte.length; i++) {
            everyByte[i] = (byte) i;
        }
        return TestSender.all()
                .flatMap(sender -> Stream.of(
                        arguments(sender, "empty", new byte[0]),
                        arguments(sender, "not UTF-8", new byte[] {(byte) 0xC3, 0x28, (byte) 0xFF}),
                        arguments(sender, "every byte", everyByte),
                        arguments(sender, "a byte order mark", TestSender.utf8("\uFEFF{}")),
                        arguments(sender, "line ends", TestSender.utf8("a\r\nb\nc\r")),
                        arguments(sender, "a million bytes", new byte[1_000_000])));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("sendersAndBodies")
    void anyBytesAreVerifiedAsTheyCame(TestSender sender, String name, byte[] body) {
        SignedMessage message =
                sender.sign(body, TestSender.NOW, sender.secrets().get(0));

        assertThat(sender.verdict(message)).isInstanceOf(Verdict.Accepted.class);
    }

    @ParameterizedTest
    @MethodSource("dev.tailnetproxy.proxy.webhook.TestSender#all")
    void bothSecretsAreAcceptedAndToldApart(TestSender sender) {
        assertThat(sender.secrets())
                .extracting(secret -> sender.verdict(sender.sign(TestSender.BODY, TestSender.NOW, secret))
                        .fold(accepted -> accepted.bySecondSecret() ? "second" : "first", refused -> "none"))
                .containsExactly("first", "second");
    }

    @ParameterizedTest
    @MethodSource("dev.tailnetproxy.proxy.webhook.TestSender#all")
    void secretThatWasTakenAwayIsRefused(TestSender sender) {
        List<String> first = sender.secrets().subList(0, 1);
        SignedMessage message =
                sender.sign(TestSender.BODY, TestSender.NOW, sender.secrets().get(1));
        Verdict verdict =
                Verifications.at(sender.scheme(), TestSender.NOW, first).verify(message.request());

        assertThat(Verifications.cause(verdict)).contains(RefusalCause.WRONG_SIGNATURE);
    }

    static Stream<TestSender> sendersWithTextSecrets() {
        return TestSender.all().filter(sender -> !(sender.scheme() instanceof StandardWebhooks));
    }

    @ParameterizedTest
    @MethodSource("sendersWithTextSecrets")
    void whiteSpaceBelongsToTheSecret(TestSender sender) {
        String secret = " a secret\twith white space ";
        SignedMessage message = sender.sign(TestSender.BODY, TestSender.NOW, secret);

        assertThat(accepted(sender, secret, message)).isTrue();
        assertThat(accepted(sender, secret.strip(), message)).isFalse();
    }

    private static boolean accepted(TestSender sender, String secret, SignedMessage message) {
        Verdict verdict = Verifications.at(sender.scheme(), TestSender.NOW, List.of(secret))
                .verify(message.request());
        return Verifications.cause(verdict).equals(Optional.empty());
    }

    @ParameterizedTest
    @MethodSource("dev.tailnetproxy.proxy.webhook.TestSender#all")
    void refusalQuotesNothingOfTheRequest(TestSender sender) {
        SignedMessage message = sender.resign(sender.message(), "marked");
        String reason = sender.verdict(message).fold(accepted -> "accepted", Verdict.Refused::reason);

        assertThat(reason).isNotEqualTo("accepted").doesNotContain("marked");
        assertThat(message.request().toString()).doesNotContain("marked");
    }
}
