package dev.tailnetproxy.cdk;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.ManagedPolicy;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.RoleProps;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.constructs.Construct;

/** What the function itself may do: write its log, read its one secret or ask for its one token, and nothing else. */
final class ProxyRole extends Role {

    /** Seconds: what the extension asks for. */
    private static final int TOKEN_LIFETIME = 60;

    ProxyRole(Construct scope, String id, TailscaleProxyProps props, LogGroup logGroup) {
        super(
                scope,
                id,
                RoleProps.builder()
                        .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                        .description("The tailnet proxy")
                        .build());
        logGroup.grantWrite(this);
        join(props);
        if (props.getForwarding().getMetrics() == MetricsDestination.CLOUDWATCH) {
            allowAnywhere(
                    "cloudwatch:PutMetricData",
                    Map.of("StringEquals", Map.of("cloudwatch:namespace", ProxyMonitoring.NAMESPACE)));
        }
        // The network interfaces of a VPC's functions are not known beforehand; this policy is how AWS grants them.
        props.getVpc()
                .ifPresent(vpc -> addManagedPolicy(
                        ManagedPolicy.fromAwsManagedPolicyName("service-role/AWSLambdaVPCAccessExecutionRole")));
        props.getEnvironmentEncryption().ifPresent(key -> key.grantDecrypt(this));
    }

    private void join(TailscaleProxyProps props) {
        TailnetCredentials credentials = props.getCredentials();
        if (credentials instanceof TailnetCredentials.AuthKey key) {
            read(key.secret(), props.getSecretEncryptionKey());
        } else if (credentials instanceof TailnetCredentials.OAuthClient client) {
            read(client.secret(), props.getSecretEncryptionKey());
        } else if (credentials instanceof TailnetCredentials.FederatedIdentity identity) {
            allowAnywhere(
                    "sts:GetWebIdentityToken",
                    Map.of(
                            "ForAllValues:StringEquals",
                            Map.of("sts:IdentityTokenAudience", identity.audience()),
                            "Null",
                            Map.of("sts:IdentityTokenAudience", "false"),
                            "NumericLessThanEquals",
                            Map.of("sts:DurationSeconds", TOKEN_LIFETIME)));
        }
    }

    private void read(ISecret secret, Optional<IKey> encryptionKey) {
        secret.grantRead(this);
        // The CDK writes this into the key's own policy alone, where an imported key has none that it could change.
        encryptionKey
                .or(() -> Optional.ofNullable(secret.getEncryptionKey()))
                .ifPresent(key -> addToPolicy(PolicyStatement.Builder.create()
                        .effect(Effect.ALLOW)
                        .actions(List.of("kms:Decrypt"))
                        .resources(List.of(key.getKeyArn()))
                        .conditions(Map.of(
                                "StringEquals",
                                Map.of(
                                        "kms:ViaService",
                                        // The extension asks in the secret's region, which need not be the stack's.
                                        // In every partition KMS names the service below amazonaws.com.
                                        "secretsmanager." + secret.getEnv().getRegion() + ".amazonaws.com")))
                        .build()));
    }

    /** For actions that IAM knows no resource for; the conditions are sorted, so that a template is always the same. */
    private void allowAnywhere(String action, Map<String, ?> conditions) {
        addToPolicy(PolicyStatement.Builder.create()
                .effect(Effect.ALLOW)
                .actions(List.of(action))
                .resources(List.of("*"))
                .conditions(new TreeMap<>(conditions))
                .build());
    }
}
