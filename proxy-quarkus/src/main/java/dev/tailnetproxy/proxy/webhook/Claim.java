package dev.tailnetproxy.proxy.webhook;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a request says of its signature.
 *
 * @param format of each signature
 * @param signatures at least one, in the format; the sender has the right secret when one of them is right
 * @param contents the content in each of its possible spellings
 * @param timestamp a part of the content
 * @param messageId a part of the content
 */
record Claim(
        SignatureFormat format,
        List<String> signatures,
        List<SignedContent> contents,
        Optional<Instant> timestamp,
        Optional<String> messageId) {

    /** Each one costs comparisons. Senders send two while they change their secret. */
    static final int MAX_SIGNATURES = 8;

    Claim {
        signatures = List.copyOf(signatures);
        contents = List.copyOf(contents);
        if (signatures.isEmpty() || contents.isEmpty()) {
            throw new IllegalArgumentException("a claim needs a signature and a content");
        }
    }

    /** One signature of the whole body. */
    static Claim ofBody(SignatureFormat format, String signature, SignedRequest request) {
        return new Claim(
                format,
                List.of(signature),
                List.of(new SignedContent("", request.body())),
                Optional.empty(),
                Optional.empty());
    }

    /** Signatures are credentials for as long as they can be replayed. */
    @Override
    public String toString() {
        return "a claim of " + signatures.size() + " signatures";
    }
}
