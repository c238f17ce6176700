package dev.tailnetproxy.rotation.control;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the new key is to be. */
public sealed interface KeyWish {

    /** What it is to allow. */
    Traits traits();

    /** How long it is to be valid; empty for one that does not expire. */
    Optional<Duration> lifetime();

    /**
     * A key that nodes join with.
     *
     * @param tags of the nodes; at least one
     */
    record AuthKey(List<String> tags, boolean reusable, boolean ephemeral, boolean preauthorized, Duration validFor)
            implements KeyWish {

        /** Checks the tags. */
        public AuthKey {
            tags = List.copyOf(tags);
            if (tags.isEmpty() || validFor.isNegative() || validFor.isZero()) {
                throw new IllegalArgumentException("an auth key needs tags and a lifetime");
            }
        }

        @Override
        public Traits traits() {
            return Traits.ofAuthKey(tags, reusable, ephemeral, preauthorized);
        }

        @Override
        public Optional<Duration> lifetime() {
            return Optional.of(validFor);
        }
    }

    /**
     * An OAuth client, which does not expire.
     *
     * @param scopes at least one
     */
    record OauthClient(List<String> scopes, List<String> tags) implements KeyWish {

        /** Checks the scopes. */
        public OauthClient {
            scopes = List.copyOf(scopes);
            tags = List.copyOf(tags);
            if (scopes.isEmpty()) {
                throw new IllegalArgumentException("an OAuth client needs scopes");
            }
        }

        @Override
        public Traits traits() {
            return Traits.ofClient(scopes, tags);
        }

        @Override
        public Optional<Duration> lifetime() {
            return Optional.empty();
        }
    }
}
