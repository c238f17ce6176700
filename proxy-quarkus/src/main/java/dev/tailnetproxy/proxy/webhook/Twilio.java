package dev.tailnetproxy.proxy.webhook;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;

/**
 * Twilio: {@code X-Twilio-Signature}, the HMAC of the URL and the form's fields. A body of another type is covered by its
 * hash in the query, {@code bodySHA256}. There is no time in it. Names and values are signed without separators, so that a
 * signature does not tell {@code a=bc} from {@code ab=c}.
 *
 * @param publicUrl where Twilio sends its requests
 */
public record Twilio(PublicUrl publicUrl) implements Scheme {

    private static final String FIELD = "X-Twilio-Signature";
    private static final String TYPE_FIELD = "Content-Type";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String HASH = "bodySHA256";
    private static final SignatureFormat FORMAT = new SignatureFormat(HmacAlgorithm.SHA1, SignatureEncoding.BASE64);

    public Twilio {
        Objects.requireNonNull(publicUrl, "publicUrl");
    }

    @Override
    public Claim claim(SignedRequest request) {
        String signature = FORMAT.checked(request.field(FIELD), FIELD);
        String fields = "";
        if (isForm(request)) {
            fields = FormFields.parse(request.body(), "form").sorted();
        } else {
            checkHash(request);
        }
        String signedFields = fields;
        List<SignedContent> contents = publicUrl.spellings(request.target()).stream()
                .map(url -> SignedContent.ofBytes(utf8AsLatin1(url) + signedFields))
                .toList();
        return new Claim(FORMAT, List.of(signature), contents, Optional.empty(), Optional.empty());
    }

    private static String utf8AsLatin1(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static boolean isForm(SignedRequest request) {
        return request.optionalField(TYPE_FIELD)
                .map(type -> type.split(";", -1)[0].strip().toLowerCase(Locale.ROOT))
                .filter(FORM::equals)
                .isPresent();
    }

    /** An announced hash is checked also when there is no body: otherwise a signed one could be taken away. */
    private static void checkHash(SignedRequest request) {
        String query = request.query().orElse("");
        SortedSet<String> hashes = FormFields.parse(query.getBytes(StandardCharsets.UTF_8), "query")
                .values(HASH);
        if (hashes.isEmpty() && request.body().length == 0) {
            return;
        }
        if (hashes.size() != 1 || !sha256(request.body()).equals(hashes.first())) {
            throw new RefusedSignature(RefusalCause.UNSIGNED_BODY, HASH);
        }
    }

    /** Not compared in constant time: it is no secret, anybody can compute it. */
    private static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
