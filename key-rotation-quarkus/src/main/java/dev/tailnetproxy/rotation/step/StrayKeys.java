package dev.tailnetproxy.rotation.step;

import dev.tailnetproxy.rotation.control.ControlServer;
import dev.tailnetproxy.rotation.control.KnownKey;
import dev.tailnetproxy.rotation.secret.RotatedSecret;
import dev.tailnetproxy.rotation.secret.RotationException;
import dev.tailnetproxy.rotation.secret.SecretState;
import dev.tailnetproxy.rotation.secret.SecretText;
import dev.tailnetproxy.rotation.secret.SecretVersion;
import dev.tailnetproxy.rotation.secret.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Revokes the keys that the function made for a secret and that no labelled version refers to: those of rotations that
 * ended between making and storing a key, and those of versions that lost their labels.
 */
final class StrayKeys {

    private static final Logger LOG = Logger.getLogger(StrayKeys.class);

    private StrayKeys() {}

    /** @param kept the labels whose versions keep their keys */
    static void revoke(ControlServer server, RotatedSecret secret, Set<Stage> kept) {
        List<KnownKey> keys = server.ownKeys();
        if (keys.isEmpty()) {
            return;
        }
        // Read after the list: a key that was stored meanwhile is found in a value.
        List<SecretText> values = values(secret, kept);
        for (KnownKey key : keys) {
            if (values.stream().noneMatch(value -> value.mentions(key.mark()))) {
                server.revoke(key);
                LOG.infof("revoked the key %s, to which no version of the secret refers", key.id());
            }
        }
    }

    /** Whoever can't read a value does not know that it refers to no key. */
    private static List<SecretText> values(RotatedSecret secret, Set<Stage> kept) {
        SecretState state = secret.describe();
        List<SecretText> values = new ArrayList<>();
        for (Stage stage : kept) {
            if (state.version(stage).isPresent()) {
                Optional<SecretVersion> version = secret.read(stage);
                if (version.isEmpty() && stage != Stage.PENDING) {
                    throw new RotationException("The value of " + stage.label() + " can't be read.");
                }
                version.map(SecretVersion::value).ifPresent(values::add);
            }
        }
        return values;
    }
}
