package dev.tailnetproxy.cdk;

import dev.tailnetproxy.contract.ForwarderGrammar;
import java.util.Optional;
import org.immutables.value.Value;
import software.amazon.awscdk.Token;

/** How a sender without a scheme of its own signs its requests. Only {@link #getHeader()} has no default. */
@Value.Immutable
public interface HmacOptions {

    /** {@code TS_FORWARDER_HMAC_HEADER}: the field with the signature. */
    String getHeader();

    /**
     * {@code TS_FORWARDER_HMAC_PREFIX}: what stands before the signature in its field, such as {@code sha256=}.
     *
     * <p>Default: nothing
     */
    Optional<String> getPrefix();

    /**
     * {@code TS_FORWARDER_HMAC_ALGORITHM}: the hash function.
     *
     * <p>Default: {@link HmacAlgorithm#SHA256}
     */
    Optional<HmacAlgorithm> getAlgorithm();

    /**
     * {@code TS_FORWARDER_HMAC_ENCODING}: the spelling of the signature.
     *
     * <p>Default: {@link SignatureEncoding#HEX}
     */
    Optional<SignatureEncoding> getEncoding();

    /**
     * {@code TS_FORWARDER_HMAC_TIMESTAMP_HEADER}: the field with the seconds since 1970, which with a dot stand before the
     * body in what is signed.
     *
     * <p>Default: the body alone is signed, so that a recorded request can be repeated
     */
    Optional<String> getTimestampHeader();

    @Value.Check
    default void check() {
        checkField("hmac.header", getHeader());
        Validate.text("hmac.prefix", getPrefix());
        getTimestampHeader().ifPresent(field -> {
            checkField("hmac.timestampHeader", field);
            Validate.isTrue(
                    !field.equalsIgnoreCase(getHeader()),
                    "hmac.timestampHeader is \"" + field + "\", and so is hmac.header: give two different fields");
        });
    }

    private static void checkField(String property, String field) {
        Validate.isTrue(
                Token.isUnresolved(field) || ForwarderGrammar.isFieldName(field),
                property + " is \"" + field + "\": give the name of a header field, such as X-Signature");
    }

    static Builder builder() {
        return new Builder();
    }

    /** Builds {@link HmacOptions}. */
    class Builder extends ImmutableHmacOptions.Builder {}
}
