package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailnetproxy.cdk.support.TestStack;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.services.secretsmanager.Secret;

/** The variables that say how the node joins: a secret, by what the extension finds it with, or an identity. */
class CredentialVariablesTest {

    private static final Map<String, String> SECRET_VARIABLES =
            Map.of("TS_SECRET_API_KEY", "tailscale/auth-key", "TS_SECRET_KEY_FIELD", "key");
    private static final Map<String, String> IDENTITY_VARIABLES =
            Map.of("TS_CLIENT_ID", "client", "TS_AUDIENCE", "audience");

    @TempDir
    private Path folder;

    @Test
    void credentialsSetSecretOrIdentityVariables() {
        TestStack secret = new TestStack(folder);
        secret.proxy(props -> props.credentials(TailnetCredentials.authKey(secret.secret(), "key")));
        NodeOptions tagged =
                NodeOptions.builder().addAdvertiseTags("tag:lambda").build();
        TestStack client = new TestStack(folder);
        client.proxy(props -> props.node(tagged).credentials(TailnetCredentials.oauthClient(client.secret(), "key")));
        TestStack identity = new TestStack(folder);
        identity.proxy(
                props -> props.node(tagged).credentials(TailnetCredentials.federatedIdentity("client", "audience")));

        assertThat(secret.variables()).containsAllEntriesOf(SECRET_VARIABLES);
        assertThat(client.variables()).containsAllEntriesOf(SECRET_VARIABLES);
        assertThat(identity.variables())
                .containsAllEntriesOf(IDENTITY_VARIABLES)
                .doesNotContainKeys("TS_SECRET_API_KEY", "TS_SECRET_KEY_FIELD");
    }

    @Test
    void usesCompleteArnWhenKnown() {
        TestStack imported = new TestStack(folder);
        String arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tailscale-AbCdEf";
        imported.proxy(props -> props.credentials(
                TailnetCredentials.authKey(Secret.fromSecretCompleteArn(imported.stack(), "Imported", arn))));
        TestStack owned = new TestStack(folder);
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
    void usesPartialArnOtherwise(String arn) {
        assertThat(variablesForPartialArn(arn)).containsEntry("TS_SECRET_API_KEY", arn);
    }

    @Test
    void rejectsAmbiguousPartialArn() {
        assertThatThrownBy(() -> variablesForPartialArn(
                        "arn:aws:secretsmanager:us-east-1:123456789012:secret:tailscale/my-secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the secret's partial ARN arn:aws:secretsmanager:us-east-1:123456789012:secret:"
                        + "tailscale/my-secret ends like a whole one");
    }

    private Map<String, String> variablesForPartialArn(String arn) {
        TestStack testStack = new TestStack(folder);
        testStack.proxy(props -> props.credentials(
                TailnetCredentials.authKey(Secret.fromSecretPartialArn(testStack.stack(), "Partial", arn))));
        return testStack.variables();
    }

    @Test
    void keepsNameThatLooksLikeArnSuffix() {
        TestStack testStack = new TestStack(folder);
        testStack.proxy(props -> props.credentials(TailnetCredentials.authKey(
                Secret.fromSecretNameV2(testStack.stack(), "Named", "tailscale/my-secret"))));

        assertThat(testStack.variables()).containsEntry("TS_SECRET_API_KEY", "tailscale/my-secret");
    }
}
