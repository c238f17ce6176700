package dev.tailnetproxy.rotation.step;

import dev.tailnetproxy.rotation.secret.SecretText;
import java.util.Optional;

/**
 * One rotation of one secret.
 *
 * @param secretId name or ARN
 * @param version the version id that the rotation makes; Secrets Manager calls it the client request token
 * @param rotationToken what Secrets Manager asks for when the value is stored across accounts
 */
public record RotationRequest(String secretId, String version, Optional<SecretText> rotationToken) {}
