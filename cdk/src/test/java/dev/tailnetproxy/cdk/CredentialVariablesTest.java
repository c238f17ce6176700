package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailnetproxy.cdk.support.Synthesis;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.services.secretsmanager.Secret;

/** The variables that say how the node joins: a secret, by what the extension finds it with, or an identity. */
class CredentialVariablesTest {

    private static final Map<String, String> OF_A_SECRET =
            Map.of("TS_SECRET_API_KEY", "tailscale/auth-key", "TS_SECRET_KEY_FIELD", "key");
    private static final Map<String, String> OF_AN_IDENTITY =
            Map.of("TS_CLIENT_ID", "client", "TS_AUDIENCE", "audience");

    @TempDir
    private Path folder;

    @Test
    void credentialsAreASecretsNameAndFieldOrAnIdentity() {
        Synthesis secret = new Synthesis(folder);
        secret.proxy(props -> props.credentials(TailnetCredentials.authKey(secret.secret(), "key")));
        NodeOptions tagged =
                NodeOptions.builder().addAdvertiseTags("tag:lambda").build();
        Synthesis client = new Synthesis(folder);
        client.proxy(props -> props.node(tagged).credentials(TailnetCredentials.oauthClient(client.secret(), "key")));
        Synthesis identity = new Synthesis(folder);
        identity.proxy(
                props -> props.node(tagged).credentials(TailnetCredentials.federatedIdentity("client", "audience")));

        assertThat(secret.variables()).containsAllEntriesOf(OF_A_SECRET);
        assertThat(client.variables()).containsAllEntriesOf(OF_A_SECRET);
        assertThat(identity.variables())
                .containsAllEntriesOf(OF_AN_IDENTITY)
                .doesNotContainKeys("TS_SECRET_API_KEY", "TS_SECRET_KEY_FIELD");
    }

    @Test
    void aSecretIsNamedByItsWholeArnWhereThatIsKnown() {
        Synthesis imported = new Synthesis(folder);
        String arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tailscale-AbCdEf";
        imported.proxy(props -> props.credentials(
                TailnetCredentials.authKey(Secret.fromSecretCompleteArn(imported.stack(), "Imported", arn))));
        Synthesis owned = new Synthesis(folder);
        owned.proxy(props -> props.credentials(TailnetCredentials.oauthClient(new Secret(owned.stack(), "Owned")))
                .node(NodeOptions.builder().addAdvertiseTags("tag:lambda").build()));

        assertThat(imported.variables()).containsEntry("TS_SECRET_API_KEY", arn);
        assertThat(owned.variables().get("TS_SECRET_API_KEY")).contains("\"Ref\":\"Owned");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:secretsmanager:us-east-1:210987654321:secret:tailscale/key",
                "arn:aws:secretsmanager:us-east-1:123456789012:secret:auth",
            })
    void aSecretIsNamedByItsPartialArnWhereThatIsAllThatIsKnown(String arn) {
        assertThat(ofThePartialArn(arn)).containsEntry("TS_SECRET_API_KEY", arn);
    }

    @Test
    void aPartialArnThatEndsLikeAWholeOneIsRefused() {
        assertThatThrownBy(() ->
                        ofThePartialArn("arn:aws:secretsmanager:us-east-1:123456789012:secret:tailscale/my-secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the secret's partial ARN arn:aws:secretsmanager:us-east-1:123456789012:secret:"
                        + "tailscale/my-secret ends like a whole one");
    }

    private Map<String, String> ofThePartialArn(String arn) {
        Synthesis synthesis = new Synthesis(folder);
        synthesis.proxy(props -> props.credentials(
                TailnetCredentials.authKey(Secret.fromSecretPartialArn(synthesis.stack(), "Partial", arn))));
        return synthesis.variables();
    }

    @Test
    void aNameKeepsWhatOnlyLooksLikeSecretsManagersSixCharacters() {
        Synthesis synthesis = new Synthesis(folder);
        synthesis.proxy(props -> props.credentials(TailnetCredentials.authKey(
                Secret.fromSecretNameV2(synthesis.stack(), "Named", "tailscale/my-secret"))));

        assertThat(synthesis.variables()).containsEntry("TS_SECRET_API_KEY", "tailscale/my-secret");
    }
}
