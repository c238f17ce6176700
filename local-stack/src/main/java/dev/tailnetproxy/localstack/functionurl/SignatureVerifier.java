package dev.tailnetproxy.localstack.functionurl;

import dev.tailnetproxy.localstack.gateway.GatewayRequest;
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
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks AWS Signature Version 4 in the {@code Authorization} field or in the query of a presigned call, as a Function URL
 * with {@code AWS_IAM} does: the caller's key, the time (five minutes either way, or until it expires), the body's hash and
 * the signature over all of it.
 *
 * <p>Written apart from any signer, so that signers are held against it.
 */
public final class SignatureVerifier {

    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    private static final DateTimeFormatter AMZ_DATE = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);

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
    public Optional<SignatureError> verify(GatewayRequest request) {
        try {
            Optional<RequestSignature> signature = RequestSignature.of(request);
            return signature.isEmpty()
                    ? Optional.of(new SignatureError("AccessDeniedException", "Forbidden"))
                    : verify(request, signature.get());
        } catch (RequestSignature.IncompleteSignatureException incomplete) {
            return incomplete(String.valueOf(incomplete.getMessage()));
        }
    }

    private Optional<SignatureError> verify(GatewayRequest request, RequestSignature signature) {
        String[] scope = signature.credential().split("/", -1);
        if (scope.length != 5 || !signature.timestamp().startsWith(scope[1])) {
            return incomplete("the credential's date does not agree with X-Amz-Date");
        }
        if (!scope[0].equals(key.id())) {
            return Optional.of(new SignatureError(
                    "UnrecognizedClientException", "The security token included in the request is invalid."));
        }
        if (!scope[2].equals(region) || !scope[3].equals("lambda") || !scope[4].equals("aws4_request")) {
            return mismatch("the credential should be scoped to " + region + "/lambda/aws4_request");
        }
        if (!isFresh(signature)) {
            return mismatch("the signature's time is not within five minutes of now, or it has expired");
        }
        if (!signature.signedNames().contains("host")) {
            return mismatch("the host header is not signed");
        }
        String bodyHash = sha256(request.body().getBytes());
        if (!request.field("x-amz-content-sha256").orElse(bodyHash).equals(bodyHash)) {
            return mismatch("x-amz-content-sha256 is not the hash of the body");
        }
        String stringToSign = String.join(
                "\n",
                RequestSignature.ALGORITHM,
                signature.timestamp(),
                String.join("/", scope[1], scope[2], scope[3], scope[4]),
                sha256(canonicalRequest(request, signature, bodyHash).getBytes(StandardCharsets.UTF_8)));
        byte[] expected = HexFormat.of()
                .formatHex(hmac(signingKey(scope[1]), stringToSign))
                .getBytes(StandardCharsets.US_ASCII);
        return MessageDigest.isEqual(expected, signature.value().getBytes(StandardCharsets.UTF_8))
                ? Optional.empty()
                : mismatch("the signature does not match the request");
    }

    /** A presigned call is as old as its signer wished; none comes from the future. */
    private boolean isFresh(RequestSignature signature) {
        try {
            Instant signed =
                    LocalDateTime.parse(signature.timestamp(), AMZ_DATE).toInstant(ZoneOffset.UTC);
            Duration age = Duration.between(signed, clock.instant());
            return age.compareTo(TOLERANCE.negated()) >= 0
                    && age.compareTo(signature.expires().orElse(TOLERANCE)) <= 0;
        } catch (DateTimeException malformed) {
            return false;
        }
    }

    private static String canonicalRequest(GatewayRequest request, RequestSignature signature, String bodyHash) {
        StringBuilder headers = new StringBuilder();
        for (String name : signature.signedNames()) {
            String value = request.field(name).orElse("").strip().replaceAll(" +", " ");
            headers.append(name).append(':').append(value).append('\n');
        }
        return String.join(
                "\n",
                request.method(),
                CanonicalUri.path(request.path()),
                CanonicalUri.query(signature.signedQuery()),
                headers,
                String.join(";", signature.signedNames()),
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

    private static Optional<SignatureError> incomplete(String message) {
        return Optional.of(new SignatureError("IncompleteSignatureException", message));
    }

    private static Optional<SignatureError> mismatch(String message) {
        return Optional.of(new SignatureError("InvalidSignatureException", message));
    }

    /** The name that AWS gives the error, and one sentence. */
    public record SignatureError(String errorType, String message) {}
}
