package dev.tailnetproxy.integration.functionurl;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks AWS Signature Version 4 in the {@code Authorization} field, as a Function URL with {@code AWS_IAM} does: the
 * caller's key, the time (five minutes either way), the body's hash and the signature over all of it.
 *
 * <p>Written apart from any signer, so that signers are held against it.
 */
public final class SignatureVerifier {

    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    private static final DateTimeFormatter AMZ_DATE = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);
    private static final Pattern AUTHORIZATION = Pattern.compile(
            ALGORITHM + " +Credential=([^,\\s]+)\\s*,\\s*SignedHeaders=([^,\\s]+)\\s*,\\s*Signature=(\\S+)");

    private final AccessKey key;
    private final String region;
    private final Clock clock;

    /**
     * Accepts one key in one region.
     *
     * @param key the only key that is known
     * @param region the region that the signature's scope must name
     * @param clock the time to compare signatures with
     */
    public SignatureVerifier(AccessKey key, String region, Clock clock) {
        this.key = key;
        this.region = region;
        this.clock = clock;
    }

    /** Why the call is refused, or nothing when its signature holds. */
    public Optional<Refusal> refusalOf(HttpCall call) {
        Optional<String> authorization = call.field("authorization");
        if (authorization.isEmpty()) {
            return Optional.of(new Refusal("AccessDeniedException", "Forbidden"));
        }
        Matcher parts = AUTHORIZATION.matcher(authorization.get());
        if (!parts.matches()) {
            return incomplete("the Authorization header is not of the form of Signature Version 4");
        }
        String[] scope = parts.group(1).split("/", -1);
        String timestamp = call.field("x-amz-date").orElse("");
        if (scope.length != 5 || !timestamp.startsWith(scope[1])) {
            return incomplete("the credential's date does not agree with X-Amz-Date");
        }
        if (!scope[0].equals(key.id())) {
            return Optional.of(new Refusal(
                    "UnrecognizedClientException", "The security token included in the request is invalid."));
        }
        if (!scope[2].equals(region) || !scope[3].equals("lambda") || !scope[4].equals("aws4_request")) {
            return mismatch("the credential should be scoped to " + region + "/lambda/aws4_request");
        }
        if (!isFresh(timestamp)) {
            return mismatch("the signature's time is not within five minutes of now");
        }
        List<String> signedNames = List.of(parts.group(2).split(";", -1));
        if (!signedNames.contains("host")) {
            return mismatch("the host header is not signed");
        }
        String bodyHash = sha256(call.body().getBytes());
        if (!call.field("x-amz-content-sha256").orElse(bodyHash).equals(bodyHash)) {
            return mismatch("x-amz-content-sha256 is not the hash of the body");
        }
        String canonicalRequest = canonicalRequest(call, signedNames, bodyHash);
        String stringToSign = String.join(
                "\n",
                ALGORITHM,
                timestamp,
                String.join("/", scope[1], scope[2], scope[3], scope[4]),
                sha256(canonicalRequest.getBytes(StandardCharsets.UTF_8)));
        byte[] expected = HexFormat.of()
                .formatHex(hmac(signingKey(scope[1]), stringToSign))
                .getBytes(StandardCharsets.US_ASCII);
        return MessageDigest.isEqual(expected, parts.group(3).getBytes(StandardCharsets.UTF_8))
                ? Optional.empty()
                : mismatch("the signature does not match the request");
    }

    private boolean isFresh(String timestamp) {
        try {
            Instant signed = LocalDateTime.parse(timestamp, AMZ_DATE).toInstant(ZoneOffset.UTC);
            return Duration.between(signed, clock.instant()).abs().compareTo(TOLERANCE) <= 0;
        } catch (DateTimeException malformed) {
            return false;
        }
    }

    private static String canonicalRequest(HttpCall call, List<String> signedNames, String bodyHash) {
        StringBuilder headers = new StringBuilder();
        for (String name : signedNames) {
            String value = call.field(name).orElse("").strip().replaceAll(" +", " ");
            headers.append(name).append(':').append(value).append('\n');
        }
        return String.join(
                "\n",
                call.method(),
                CanonicalUri.path(call.path()),
                CanonicalUri.query(call.query()),
                headers,
                String.join(";", signedNames),
                bodyHash);
    }

    private byte[] signingKey(String date) {
        byte[] dateKey = hmac(("AWS4" + key.secret()).getBytes(StandardCharsets.UTF_8), date);
        return hmac(hmac(hmac(dateKey, region), "lambda"), "aws4_request");
    }

    private static byte[] hmac(byte[] key, String data) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(data.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has HmacSHA256", impossible);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }

    private static Optional<Refusal> incomplete(String message) {
        return Optional.of(new Refusal("IncompleteSignatureException", message));
    }

    private static Optional<Refusal> mismatch(String message) {
        return Optional.of(new Refusal("InvalidSignatureException", message));
    }

    /** The name that AWS gives the error, and one sentence. */
    public record Refusal(String errorType, String message) {}
}
