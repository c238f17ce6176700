package dev.tailnetproxy.cdk;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.RoleProps;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.kms.ViaServicePrincipal;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.constructs.Construct;

/** What the function itself may do: write its log, read its one secret or ask for its one token, and nothing else. */
final class ProxyRole extends Role {

    /** Seconds: what the extension asks for. */
    private static final int TOKEN_LIFETIME_SECONDS = 60;

    /** What Lambda does with the role's rights in a VPC; the network interfaces are not known beforehand. */
    private static final List<String> NETWORK_INTERFACES = List.of(
            "ec2:CreateNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:DeleteNetworkInterface",
            "ec2:AssignPrivateIpAddresses",
            "ec2:UnassignPrivateIpAddresses");

    ProxyRole(Construct scope, String id, TailscaleProxyProps props, LogGroup logGroup) {
        super(
                scope,
                id,
                RoleProps.builder()
                        .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                        .description("The tailnet proxy")
                        .build());
        logGroup.grantWrite(this);
        grantCredentials(props);
        if (props.getProxyOptions().getMetrics() == MetricsDestination.CLOUDWATCH) {
            grantOnAllResources(
                    List.of("cloudwatch:PutMetricData"),
                    Map.of("StringEquals", Map.of("cloudwatch:namespace", ProxyMonitoring.NAMESPACE)));
        }
        // Not AWS's managed policy, which also lets it write to every log group.
        props.getVpc().ifPresent(vpc -> grantOnAllResources(NETWORK_INTERFACES, Map.of()));
        props.getEnvironmentEncryption().ifPresent(key -> key.grantDecrypt(this));
    }

    private void grantCredentials(TailscaleProxyProps props) {
        TailnetCredentials credentials = props.getCredentials();
        if (credentials instanceof TailnetCredentials.AuthKey key) {
            grantSecretRead(key.secret(), props.getSecretEncryptionKey());
        } else if (credentials instanceof TailnetCredentials.OAuthClient client) {
            grantSecretRead(client.secret(), props.getSecretEncryptionKey());
        } else if (credentials instanceof TailnetCredentials.FederatedIdentity identity) {
            grantOnAllResources(
                    List.of("sts:GetWebIdentityToken"),
                    Map.of(
                            "ForAllValues:StringEquals",
                            Map.of("sts:IdentityTokenAudience", identity.audience()),
                            "Null",
                            Map.of("sts:IdentityTokenAudience", "false"),
                            "NumericLessThanEquals",
                            Map.of("sts:DurationSeconds", TOKEN_LIFETIME_SECONDS)));
        }
    }

    /** Not by {@code grantRead}, which lets it describe the secret as well. */
    private void grantSecretRead(ISecret secret, Optional<IKey> encryptionKey) {
        // Behind the name of a secret stand six characters, which an import by name does not know.
        String resource =
                Optional.ofNullable(secret.getSecretFullArn()).orElseGet(() -> secret.getSecretArn() + "-??????");
        addToPolicy(PolicyStatement.Builder.create()
                .effect(Effect.ALLOW)
                .actions(List.of("secretsmanager:GetSecretValue"))
                .resources(List.of(resource))
                .build());
        // The extension asks in the secret's region, which need not be the stack's. In every partition KMS names the
        // service below amazonaws.com.
        String service = "secretsmanager." + secret.getEnv().getRegion() + ".amazonaws.com";
        // In the policy of a key of another stack this role would make the two stacks depend on each other. By default
        // that
        // policy leaves it to the account's own policies, of which one is below.
        Optional.ofNullable(secret.getEncryptionKey())
                .filter(key -> key.getStack().equals(getStack()))
                .ifPresent(key -> key.grantDecrypt(new ViaServicePrincipal(service, getGrantPrincipal())));
        // The CDK writes that into the key's own policy alone, where an imported key has none that it could change.
        encryptionKey
                .or(() -> Optional.ofNullable(secret.getEncryptionKey()))
                .ifPresent(key -> addToPolicy(PolicyStatement.Builder.create()
                        .effect(Effect.ALLOW)
                        .actions(List.of("kms:Decrypt"))
                        .resources(List.of(key.getKeyArn()))
                        .conditions(Map.of("StringEquals", Map.of("kms:ViaService", service)))
                        .build()));
    }

    /** For actions that IAM knows no resource for; the conditions are sorted, so that a template is always the same. */
    private void grantOnAllResources(List<String> actions, Map<String, ?> conditions) {
        addToPolicy(PolicyStatement.Builder.create()
                .effect(Effect.ALLOW)
                .actions(actions)
                .resources(List.of("*"))
                .conditions(new TreeMap<>(conditions))
                .build());
    }
}
