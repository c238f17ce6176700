package dev.tailnetproxy.proxy.webhook;

import dev.tailnetproxy.proxy.http.Headers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A sender of each scheme, which signs by itself and not with the code under test.
 *
 * @param signatureField the header field with the signature
 * @param signatureStart what stands before the signature in that field, up to the timestamp's digits
 * @param timestampField the header field with the time
 * @param secrets its secret, and its next one
 */
record TestSender(
        String name,
        Scheme scheme,
        String signatureField,
        String signatureStart,
        Optional<String> timestampField,
        List<String> secrets,
        Signer signer) {

    /** A whole second. */
    static final long NOW = 1_700_000_000;

    static final byte[] BODY = utf8("{\"event\": \"päid\", \"amount\": 1}");

    private static final List<String> TEXTS = List.of("the first of two secrets", "the second of two secrets");

    @FunctionalInterface
    interface Signer {
        SignedMessage sign(byte[] body, long seconds, String secret) throws GeneralSecurityException;
    }

    static Stream<TestSender> all() {
        return Stream.of(github(), stripe(), slack(), shopify(), standardWebhooks(), twilio(), timed(), generic());
    }

    static Stream<TestSender> withTime() {
        return all().filter(sender -> sender.timestampField().isPresent());
    }

    static Stream<TestSender> withoutTime() {
        return all().filter(sender -> sender.timestampField().isEmpty());
    }

    private static TestSender github() {
        return new TestSender(
                "GitHub",
                new GitHub(),
                "X-Hub-Signature-256",
                "sha256=",
                Optional.empty(),
                TEXTS,
                (body, seconds, secret) -> SignedMessage.of(
                        body, "X-Hub-Signature-256", "sha256=" + hex(mac("HmacSHA256", utf8(secret), "", body))));
    }

    static TestSender stripe() {
        return new TestSender(
                "Stripe",
                new Stripe(),
                "Stripe-Signature",
                "t=" + NOW + ",v1=",
                Optional.of("Stripe-Signature"),
                TEXTS,
                (body, seconds, secret) -> SignedMessage.of(
                        body,
                        "Stripe-Signature",
                        "t=" + seconds + ",v1=" + hex(mac("HmacSHA256", utf8(secret), seconds + ".", body))));
    }

    private static TestSender slack() {
        return new TestSender(
                "Slack",
                new Slack(),
                "X-Slack-Signature",
                "v0=",
                Optional.of("X-Slack-Request-Timestamp"),
                TEXTS,
                (body, seconds, secret) -> SignedMessage.of(
                        body,
                        "X-Slack-Request-Timestamp",
                        "" + seconds,
                        "X-Slack-Signature",
                        "v0=" + hex(mac("HmacSHA256", utf8(secret), "v0:" + seconds + ":", body))));
    }

    private static TestSender shopify() {
        return new TestSender(
                "Shopify",
                new Shopify(),
                "X-Shopify-Hmac-Sha256",
                "",
                Optional.empty(),
                TEXTS,
                (body, seconds, secret) -> SignedMessage.of(
                        body, "X-Shopify-Hmac-Sha256", base64(mac("HmacSHA256", utf8(secret), "", body))));
    }

    static TestSender standardWebhooks() {
        return new TestSender(
                "Standard Webhooks",
                new StandardWebhooks(),
                "webhook-signature",
                "v1,",
                Optional.of("webhook-timestamp"),
                List.of("whsec_" + base64(utf8(TEXTS.get(0))), "whsec_" + base64(utf8(TEXTS.get(1)))),
                (body, seconds, secret) -> SignedMessage.of(
                        body,
                        "webhook-id",
                        "msg_1",
                        "webhook-timestamp",
                        "" + seconds,
                        "webhook-signature",
                        "v1,"
                                + base64(mac(
                                        "HmacSHA256",
                                        Base64.getDecoder().decode(secret.substring("whsec_".length())),
                                        "msg_1." + seconds + ".",
                                        body))));
    }

    /** With a body that is no form; forms have their own test. */
    private static TestSender twilio() {
        return new TestSender(
                "Twilio",
                new Twilio(PublicUrl.parse("https://hooks.example.com")),
                "X-Twilio-Signature",
                "",
                Optional.empty(),
                TEXTS,
                (body, seconds, secret) -> {
                    String query = "bodySHA256="
                            + hex(MessageDigest.getInstance("SHA-256").digest(body));
                    byte[] url = utf8("https://hooks.example.com/hook?" + query);
                    return new SignedMessage(
                            "/hook",
                            query,
                            Headers.of("X-Twilio-Signature", base64(mac("HmacSHA1", utf8(secret), "", url))),
                            body);
                });
    }

    private static TestSender timed() {
        return new TestSender(
                "HMAC with a time",
                new GenericHmac(
                        "X-Sign",
                        "sig:",
                        new SignatureFormat(HmacAlgorithm.SHA512, SignatureEncoding.BASE64URL),
                        Optional.of("X-Time")),
                "X-Sign",
                "sig:",
                Optional.of("X-Time"),
                TEXTS,
                (body, seconds, secret) -> SignedMessage.of(
                        body,
                        "X-Time",
                        "" + seconds,
                        "X-Sign",
                        "sig:"
                                + Base64.getUrlEncoder()
                                        .withoutPadding()
                                        .encodeToString(mac("HmacSHA512", utf8(secret), seconds + ".", body))));
    }

    private static TestSender generic() {
        return new TestSender(
                "HMAC",
                new GenericHmac(
                        "X-Sign",
                        "",
                        new SignatureFormat(HmacAlgorithm.SHA1, SignatureEncoding.UPPER_HEX),
                        Optional.empty()),
                "X-Sign",
                "",
                Optional.empty(),
                TEXTS,
                (body, seconds, secret) -> SignedMessage.of(
                        body,
                        "X-Sign",
                        HexFormat.of().withUpperCase().formatHex(mac("HmacSHA1", utf8(secret), "", body))));
    }

    SignedMessage sign(byte[] body, long seconds, String secret) {
        try {
            return signer.sign(body, seconds, secret);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A message that is accepted. */
    SignedMessage message() {
        return sign(BODY, NOW, secrets.get(0));
    }

    /** The signature alone. */
    String signature(SignedMessage message) {
        return message.field(signatureField).substring(signatureStart.length());
    }

    /** With another signature in place of the one that there is. */
    SignedMessage resign(SignedMessage message, String signature) {
        return message.set(signatureField, signatureStart + signature);
    }

    Verdict verdict(SignedMessage message) {
        return verification(NOW).verify(message.request());
    }

    SenderVerification verification(long now) {
        return Verifications.at(scheme, now, secrets);
    }

    @Override
    public String toString() {
        return name;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] mac(String algorithm, byte[] key, String start, byte[] body) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(algorithm);
        mac.init(new SecretKeySpec(key, algorithm));
        mac.update(utf8(start));
        return mac.doFinal(body);
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
