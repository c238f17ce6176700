package dev.tailnetproxy.cdk;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.RoleProps;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

/** What the function itself may do: write its log, read its one secret or ask for its one token, and nothing else. */
final class ProxyRole extends Role {

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
        props.getCredentials().grantTo(this, props.getSecretEncryptionKey());
        if (props.getProxyOptions().getMetrics() == MetricsDestination.CLOUDWATCH) {
            addToPolicy(PolicyStatements.onAllResources(
                    List.of("cloudwatch:PutMetricData"),
                    Map.of("StringEquals", Map.of("cloudwatch:namespace", ProxyMonitoring.NAMESPACE))));
        }
        // Not AWS's managed policy, which also lets it write to every log group.
        props.getVpc().ifPresent(vpc -> addToPolicy(PolicyStatements.onAllResources(NETWORK_INTERFACES, Map.of())));
        props.getEnvironmentEncryption().ifPresent(key -> key.grantDecrypt(this));
    }
}
