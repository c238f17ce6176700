package dev.tailnetproxy.rotation.control;

import dev.tailnetproxy.rotation.secret.SecretText;
import java.util.Optional;

/**
 * What the function shows to a control server: an OAuth client, or an API key.
 *
 * @param id the OAuth client's id, where it was stored
 * @param key the secret part
 */
public record ApiCredentials(Optional<String> id, SecretText key) {}
