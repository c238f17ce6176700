package dev.tailnetproxy.cdk;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.RoleProps;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

/**
 * The role of a function: Lambda may assume it, and it may write to the function's log group. A VPC and a key of the
 * environment variables add the rights that they need; all other rights come from the function's
 * {@link JavaFunction.Content}.
 */
final class FunctionRole extends Role {

    /** Lambda's actions with the role's rights in a VPC; the network interfaces are not known beforehand. */
    private static final List<String> NETWORK_INTERFACES = List.of(
            "ec2:CreateNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:DeleteNetworkInterface",
            "ec2:AssignPrivateIpAddresses",
            "ec2:UnassignPrivateIpAddresses");

    FunctionRole(Construct scope, String id, JavaFunction.Content content, JavaFunctionProps props, LogGroup logGroup) {
        super(
                scope,
                id,
                RoleProps.builder()
                        .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                        .description(content.roleDescription())
                        .build());
        logGroup.grantWrite(this);
        content.rights().accept(this);
        // Not AWS's managed policy, which also lets it write to every log group.
        props.getVpc().ifPresent(vpc -> addToPolicy(PolicyStatements.onAllResources(NETWORK_INTERFACES, Map.of())));
        props.getEnvironmentEncryption().ifPresent(key -> key.grantDecrypt(this));
    }
}
