package dev.tailnetproxy.rotation.control;

import dev.tailnetproxy.rotation.secret.SecretText;
import java.util.List;
import java.util.Optional;

/** A control server that was logged in to, for the keys of one secret. Each method throws {@link ControlServerException}. */
public interface ControlServer {

    /**
     * Makes a key. It is not repeated where it may have been made.
     *
     * @param version the rotation that it is for
     */
    NewKey create(String version);

    /** The valid keys that this function made for the secret, whoever uses them. */
    List<KnownKey> ownKeys();

    /** The key with this text; empty when the control server does not know it. */
    Optional<KnownKey> find(SecretText key);

    /** Makes a key unusable. A key that is gone already is not a failure. */
    void revoke(KnownKey key);

    /** Whether a text logs in, for keys that do; others are not tried. */
    default void tryOut(SecretText key) {}
}
