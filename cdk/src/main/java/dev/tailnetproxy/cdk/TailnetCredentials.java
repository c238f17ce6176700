package dev.tailnetproxy.cdk;

import java.util.Optional;
import software.amazon.awscdk.services.secretsmanager.ISecret;

/** How the function's node joins the tailnet. */
public sealed interface TailnetCredentials {

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
    }

    /**
     * Tailscale's workload identity federation: the function's own AWS identity, and no stored secret. Its nodes need
     * tags.
     *
     * @param clientId the federated identity's client id ({@code TS_CLIENT_ID})
     * @param audience the audience that it expects in the token ({@code TS_AUDIENCE})
     */
    record FederatedIdentity(String clientId, String audience) implements TailnetCredentials {
        public FederatedIdentity {
            Validate.text("The federated identity's clientId", Optional.of(clientId));
            Validate.text("The federated identity's audience", Optional.of(audience));
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
