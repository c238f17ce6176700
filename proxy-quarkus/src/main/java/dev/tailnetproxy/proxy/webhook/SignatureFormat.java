package dev.tailnetproxy.proxy.webhook;

import java.util.Objects;

/**
 * How a signature is computed and written.
 *
 * @param algorithm HMAC with its hash function
 * @param encoding how the bytes become text
 */
public record SignatureFormat(HmacAlgorithm algorithm, SignatureEncoding encoding) {

    public SignatureFormat {
        Objects.requireNonNull(algorithm, "algorithm");
        Objects.requireNonNull(encoding, "encoding");
    }

    /**
     * A signature in this format, as it came.
     *
     * @param where the field that it stands in
     */
    String checked(String signature, String where) {
        if (!encoding.isSpelling(signature, algorithm.length())) {
            throw new RefusedSignature(RefusalCause.MALFORMED_SIGNATURE, where);
        }
        return signature;
    }

    /** The signature behind a fixed beginning of the field. */
    String behind(String prefix, String value, String where) {
        if (!value.startsWith(prefix)) {
            throw new RefusedSignature(RefusalCause.MALFORMED_SIGNATURE, where);
        }
        return checked(value.substring(prefix.length()), where);
    }
}
