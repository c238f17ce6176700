package dev.tailnetproxy.cdk;

import dev.tailnetproxy.contract.LayerVariables;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.services.iam.IRole;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.secretsmanager.ISecret;

/** How the function's node joins the tailnet. */
public sealed interface TailnetCredentials {

    /** The secret in Secrets Manager that the extension reads; empty where it reads none. */
    Optional<ISecret> storedSecret();

    /** Whether the tailnet admits the node only with tags. */
    boolean needsTags();

    /**
     * The variables that tell the extension how to join.
     *
     * @throws IllegalArgumentException with a sentence when the secret's name can't be right
     */
    Map<String, String> environment();

    /**
     * Lets a function's role read the secret or ask for the token.
     *
     * @param encryptionKey the key that encrypts the secret, where the secret does not name it
     */
    void grantTo(IRole role, Optional<IKey> encryptionKey);

    /**
     * A Tailscale auth key.
     *
     * @param secret the secret that holds the key ({@code TS_SECRET_API_KEY})
     * @param field the field with the key when the secret is JSON ({@code TS_SECRET_KEY_FIELD})
     */
    record AuthKey(ISecret secret, Optional<String> field) implements TailnetCredentials {
        public AuthKey {
            Validate.text("The field of the auth key's secret", field);
        }

        @Override
        public Optional<ISecret> storedSecret() {
            return Optional.of(secret);
        }

        @Override
        public boolean needsTags() {
            return false;
        }

        @Override
        public Map<String, String> environment() {
            return new JoinSecret(secret, field).environment();
        }

        @Override
        public void grantTo(IRole role, Optional<IKey> encryptionKey) {
            new JoinSecret(secret, field).grantReadTo(role, encryptionKey);
        }
    }

    /**
     * The secret of a Tailscale OAuth client with the scope {@code auth_keys}. Its nodes need tags.
     *
     * @param secret the secret that holds it ({@code TS_SECRET_API_KEY})
     * @param field the field with it when the secret is JSON ({@code TS_SECRET_KEY_FIELD})
     */
    record OAuthClient(ISecret secret, Optional<String> field) implements TailnetCredentials {
        public OAuthClient {
            Validate.text("The field of the OAuth client's secret", field);
        }

        @Override
        public Optional<ISecret> storedSecret() {
            return Optional.of(secret);
        }

        @Override
        public boolean needsTags() {
            return true;
        }

        @Override
        public Map<String, String> environment() {
            return new JoinSecret(secret, field).environment();
        }

        @Override
        public void grantTo(IRole role, Optional<IKey> encryptionKey) {
            new JoinSecret(secret, field).grantReadTo(role, encryptionKey);
        }
    }

    /**
     * Tailscale's workload identity federation: the function's own AWS identity, and no stored secret. Its nodes need
     * tags.
     *
     * @param clientId the federated identity's client id ({@code TS_CLIENT_ID})
     * @param audience the audience that it expects in the token ({@code TS_AUDIENCE})
     */
    record FederatedIdentity(String clientId, String audience) implements TailnetCredentials {

        /** Seconds: the lifetime that the extension requests. */
        private static final int TOKEN_LIFETIME_SECONDS = 60;

        public FederatedIdentity {
            Validate.text("The federated identity's clientId", Optional.of(clientId));
            Validate.text("The federated identity's audience", Optional.of(audience));
        }

        @Override
        public Optional<ISecret> storedSecret() {
            return Optional.empty();
        }

        @Override
        public boolean needsTags() {
            return true;
        }

        @Override
        public Map<String, String> environment() {
            return Map.of(LayerVariables.CLIENT_ID.name(), clientId, LayerVariables.AUDIENCE.name(), audience);
        }

        @Override
        public void grantTo(IRole role, Optional<IKey> encryptionKey) {
            role.addToPrincipalPolicy(PolicyStatements.onAllResources(
                    List.of("sts:GetWebIdentityToken"),
                    Map.of(
                            "ForAllValues:StringEquals",
                            Map.of("sts:IdentityTokenAudience", audience),
                            "Null",
                            Map.of("sts:IdentityTokenAudience", "false"),
                            "NumericLessThanEquals",
                            Map.of("sts:DurationSeconds", TOKEN_LIFETIME_SECONDS))));
        }
    }

    static TailnetCredentials authKey(ISecret secret) {
        return new AuthKey(secret, Optional.empty());
    }

    static TailnetCredentials authKey(ISecret secret, String field) {
        return new AuthKey(secret, Optional.of(field));
    }

    static TailnetCredentials oauthClient(ISecret secret) {
        return new OAuthClient(secret, Optional.empty());
    }

    static TailnetCredentials oauthClient(ISecret secret, String field) {
        return new OAuthClient(secret, Optional.of(field));
    }

    static TailnetCredentials federatedIdentity(String clientId, String audience) {
        return new FederatedIdentity(clientId, audience);
    }
}
