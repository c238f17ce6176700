package dev.tailnetproxy.rotation.secret;

import java.time.Instant;

/**
 * A version of a secret that has a value.
 *
 * @param id its version id, which is the token of the rotation that made it
 * @param value what it holds
 * @param created when it was made
 */
public record SecretVersion(String id, SecretText value, Instant created) {}
