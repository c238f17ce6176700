package dev.tailnetproxy.cdk;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.IRole;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.kms.ViaServicePrincipal;
import software.amazon.awscdk.services.secretsmanager.ISecret;

/**
 * A secret with a key of a tailnet: how a function finds it, and the rights to use it.
 *
 * @param secret the secret in Secrets Manager
 * @param givenKey the secret's KMS key where the secret does not name it
 */
record StoredSecret(ISecret secret, Optional<IKey> givenKey) {

    private static final Pattern FULL_ARN_SUFFIX = Pattern.compile("-[A-Za-z0-9]{6}$");
    private static final Pattern KEY_PREFIX = Pattern.compile("[th]skey-|whsec_");

    /**
     * The name or the ARN, by which Secrets Manager finds the secret.
     *
     * @throws IllegalArgumentException with a sentence when the secret's name can't be right
     */
    String id() {
        String id = Optional.ofNullable(secret.getSecretFullArn()).orElseGet(this::nameOrPartialArn);
        Validate.isTrue(
                !KEY_PREFIX.matcher(id).lookingAt(),
                "the secret's name is a key itself: store the key in Secrets Manager, give the name of that secret, and "
                        + "revoke this key, which stands in commands and files now");
        return id;
    }

    /**
     * The name where it is one of the stack's own account and region, else the ARN. The CDK takes six characters after a
     * hyphen off a name that it reads from an ARN, as if they were Secrets Manager's; Secrets Manager takes them for its
     * own as well.
     */
    private String nameOrPartialArn() {
        String arn = secret.getSecretArn();
        String name = secret.getSecretName();
        boolean isOfTheStack = arn.equals(secret.getStack()
                .formatArn(ArnComponents.builder()
                        .service("secretsmanager")
                        .resource("secret")
                        .resourceName(name)
                        .arnFormat(ArnFormat.COLON_RESOURCE_NAME)
                        .build()));
        Validate.isTrue(
                isOfTheStack || !FULL_ARN_SUFFIX.matcher(arn).find(),
                "the secret's partial ARN " + arn
                        + " ends like a whole one, and Secrets Manager would take it for that: "
                        + "give the whole ARN (Secret.fromSecretCompleteArn) or the name (Secret.fromSecretNameV2)");
        return isOfTheStack ? name : arn;
    }

    /** Lets the role read the secret. Not by {@code grantRead}, which lets it describe the secret as well. */
    void grantRead(IRole role) {
        role.addToPrincipalPolicy(statement(List.of("secretsmanager:GetSecretValue"), resource()));
        // In the policy of a key of another stack this role would make the two stacks depend on each other. By default
        // that policy leaves it to the account's own policies, of which one is below.
        Optional.ofNullable(secret.getEncryptionKey())
                .filter(key -> key.getStack().equals(role.getStack()))
                .ifPresent(key -> key.grantDecrypt(new ViaServicePrincipal(service(), role.getGrantPrincipal())));
        // The CDK writes that into the key's own policy alone, where an imported key has none that it could change.
        grantKey(role, "kms:Decrypt");
    }

    /** Lets the role read the secret, store further versions of it, and choose the current one. */
    void grantRotation(IRole role) {
        grantRead(role);
        role.addToPrincipalPolicy(statement(
                List.of(
                        "secretsmanager:DescribeSecret",
                        "secretsmanager:PutSecretValue",
                        "secretsmanager:UpdateSecretVersionStage"),
                resource()));
        grantKey(role, "kms:GenerateDataKey");
    }

    /** Behind the name of a secret stand six characters, which an import by name does not know. */
    private String resource() {
        return Optional.ofNullable(secret.getSecretFullArn()).orElseGet(() -> secret.getSecretArn() + "-??????");
    }

    private void grantKey(IRole role, String action) {
        givenKey.or(() -> Optional.ofNullable(secret.getEncryptionKey())).ifPresent(key -> {
            PolicyStatement statement = statement(List.of(action), key.getKeyArn());
            statement.addConditions(Map.of("StringEquals", Map.of("kms:ViaService", service())));
            role.addToPrincipalPolicy(statement);
        });
    }

    /**
     * The client asks in the secret's region, which need not be the stack's. In every partition KMS names the service below
     * amazonaws.com.
     */
    private String service() {
        return "secretsmanager." + secret.getEnv().getRegion() + ".amazonaws.com";
    }

    private static PolicyStatement statement(List<String> actions, String resource) {
        return PolicyStatement.Builder.create()
                .effect(Effect.ALLOW)
                .actions(actions)
                .resources(List.of(resource))
                .build();
    }
}
