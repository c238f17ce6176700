package dev.tailnetproxy.proxy.webhook;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A sender that is described by configuration: the HMAC of the body or, with a timestamp, of the timestamp, a dot and the
 * body.
 *
 * @param field the header field with the signature
 * @param prefix what stands before the signature in that field; empty for nothing
 * @param format of the signature
 * @param timestampField the header field with the seconds since 1970; without it requests can be replayed
 */
public record GenericHmac(String field, String prefix, SignatureFormat format, Optional<String> timestampField)
        implements Scheme {

    public GenericHmac {
        if (field.isBlank() || timestampField.filter(String::isBlank).isPresent()) {
            throw new IllegalArgumentException("a header field needs a name");
        }
        if (timestampField.filter(field::equalsIgnoreCase).isPresent()) {
            throw new IllegalArgumentException("signature and timestamp need a header field each");
        }
        Objects.requireNonNull(prefix, "prefix");
        Objects.requireNonNull(format, "format");
    }

    @Override
    public Claim claim(SignedRequest request) {
        String signature = format.behind(prefix, request.field(field), field);
        if (timestampField.isEmpty()) {
            return Claim.ofBody(format, signature, request);
        }
        String timestamp = request.field(timestampField.get());
        Instant signedAt = Timestamps.parse(timestamp, timestampField.get());
        return new Claim(
                format,
                List.of(signature),
                List.of(new SignedContent(timestamp + '.', request.body())),
                Optional.of(signedAt),
                Optional.empty());
    }
}
