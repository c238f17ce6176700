package dev.tailnetproxy.rotation.control;

import dev.tailnetproxy.rotation.secret.SecretText;

/**
 * A key that a control server has just made, the only time that it shows the text.
 *
 * @param known what is known of the key from now on
 */
public record NewKey(KnownKey known, SecretText text) {}
