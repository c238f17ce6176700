package dev.tailnetproxy.cdk;

import dev.tailnetproxy.contract.LayerVariables;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awscdk.services.iam.IRole;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.secretsmanager.ISecret;

/**
 * The secret that a node joins with: how the extension finds it, and the right to read it.
 *
 * @param secret the secret in Secrets Manager
 * @param field the field of the value when it is JSON
 */
record JoinSecret(ISecret secret, Optional<String> field) {

    /** @throws IllegalArgumentException with a sentence when the secret's name can't be right */
    Map<String, String> environment() {
        String id = new StoredSecret(secret, Optional.empty()).id();
        Map<String, String> variables = new TreeMap<>(Map.of(LayerVariables.SECRET_API_KEY.name(), id));
        field.ifPresent(name -> variables.put(LayerVariables.SECRET_KEY_FIELD.name(), name));
        return variables;
    }

    /**
     * Lets the role read the secret.
     *
     * @param encryptionKey the secret's key where the secret does not name it
     */
    void grantReadTo(IRole role, Optional<IKey> encryptionKey) {
        new StoredSecret(secret, encryptionKey).grantRead(role);
    }
}
