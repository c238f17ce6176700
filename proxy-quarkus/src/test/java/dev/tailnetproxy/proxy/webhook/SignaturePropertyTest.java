package dev.tailnetproxy.proxy.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No bit of a request that is signed, or of its signature, can be changed. */
class SignaturePropertyTest {

    private static boolean isAccepted(TestSender sender, SignedMessage message) {
        return Verifications.cause(sender.verdict(message)).isEmpty();
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] changed = bytes.clone();
        changed[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
        return changed;
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @MethodSource("dev.tailnetproxy.proxy.webhook.TestSender#all")
    void anyChangedBitOfTheBodyIsRefused(TestSender sender) {
        Random random = SeededRandom.random(SignaturePropertyTest.class);
        byte[] body = new byte[1 + random.nextInt(200)];
        random.nextBytes(body);
        SignedMessage message =
                sender.sign(body, TestSender.NOW, sender.secrets().get(random.nextInt(2)));
        assertThat(isAccepted(sender, message)).isTrue();

        List<Integer> accepted = new ArrayList<>();
        for (int bit = 0; bit < body.length * Byte.SIZE; bit++) {
            if (isAccepted(sender, message.withBody(flipped(body, bit)))) {
                accepted.add(bit);
            }
        }

        assertThat(accepted).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("dev.tailnetproxy.proxy.webhook.TestSender#all")
    void anyChangedBitOfTheSignatureIsRefused(TestSender sender) {
        assertFieldIsProtected(sender, sender.signatureField());
    }

    @ParameterizedTest
    @MethodSource("dev.tailnetproxy.proxy.webhook.TestSender#withTime")
    void anyChangedBitOfTheTimestampIsRefused(TestSender sender) {
        assertFieldIsProtected(sender, sender.timestampField().orElseThrow());
    }

    private static void assertFieldIsProtected(TestSender sender, String field) {
        SignedMessage message = sender.message();
        byte[] value = latin1(message.field(field));
        List<String> accepted = new ArrayList<>();
        for (int bit = 0; bit < value.length * Byte.SIZE; bit++) {
            String changed = new String(flipped(value, bit), StandardCharsets.ISO_8859_1);
            if (isAccepted(sender, message.set(field, changed))) {
                accepted.add(changed);
            }
        }

        assertThat(accepted).isEmpty();
    }
}
