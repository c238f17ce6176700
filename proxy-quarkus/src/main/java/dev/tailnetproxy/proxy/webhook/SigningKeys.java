package dev.tailnetproxy.proxy.webhook;

import java.util.List;
import java.util.OptionalInt;

/** The keys of the one or two secrets that are accepted at the moment. */
public final class SigningKeys {

    private final List<SigningKey> keys;

    private SigningKeys(List<SigningKey> keys) {
        this.keys = keys;
    }

    /**
     * The keys of secrets.
     *
     * @throws IllegalArgumentException with a sentence that quotes nothing of a secret
     */
    public static SigningKeys of(Scheme scheme, List<String> secrets) {
        if (secrets.isEmpty() || secrets.size() > SecretText.MAX_SECRETS) {
            throw new IllegalArgumentException("one or two secrets are needed");
        }
        return new SigningKeys(
                secrets.stream().map(scheme::key).map(SigningKey::new).toList());
    }

    /** The place of the secret that gives the claim's signature. All are tried, so that the time does not tell which one it is. */
    OptionalInt match(Claim claim) {
        OptionalInt match = OptionalInt.empty();
        for (int i = keys.size() - 1; i >= 0; i--) {
            if (keys.get(i).gives(claim)) {
                match = OptionalInt.of(i);
            }
        }
        return match;
    }

    @Override
    public String toString() {
        return keys.size() + " keys";
    }
}
