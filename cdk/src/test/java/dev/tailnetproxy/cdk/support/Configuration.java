package dev.tailnetproxy.cdk.support;

import dev.tailnetproxy.cdk.ForwardingOptions;
import dev.tailnetproxy.cdk.MetricsDestination;
import dev.tailnetproxy.cdk.MonitoringOptions;
import dev.tailnetproxy.cdk.NodeOptions;
import dev.tailnetproxy.cdk.TailnetCredentials;
import dev.tailnetproxy.cdk.TailscaleProxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ec2.VpcAttributes;
import software.amazon.awscdk.services.iam.User;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.lambda.Tracing;

/**
 * A way to configure a proxy that differs in what its function may do.
 *
 * @param name for a test's report
 * @param props what is configured
 * @param actionsWithoutResource actions that may stand beside a bare {@code *}, because IAM knows no resource for them
 * @param suppressions rules of cdk-nag with the reason why they do not hold here
 */
public record Configuration(
        String name,
        BiConsumer<TailscaleProxy.Builder, Synthesis> props,
        Set<String> actionsWithoutResource,
        Map<String, String> suppressions) {

    private static final String JAVA =
            "The JVM build is deployed on the Java that Quarkus names as supported and that is on "
                    + "Amazon Linux 2023; the native build, which is the usual one, has no such runtime.";
    private static final String NO_RESOURCE_IN_IAM = "IAM knows no resource for this action. The token is held to one "
            + "audience and a short life, the metrics to one namespace, both by conditions; X-Ray's two actions are "
            + "the CDK's own, with tracing only.";
    private static final String VPC = "Lambda makes the network interfaces of a VPC's functions with these actions; "
            + "their names are not known beforehand.";
    private static final Set<String> NETWORK_INTERFACES = Set.of(
            "ec2:CreateNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:DeleteNetworkInterface",
            "ec2:AssignPrivateIpAddresses",
            "ec2:UnassignPrivateIpAddresses");

    /** All of them. */
    public static List<Configuration> all() {
        return List.of(
                new Configuration(
                        "native build",
                        (props, synthesis) ->
                                props.functionArchive(synthesis.archives().nativeFor(Archives.ELF_X86_64)),
                        Set.of(),
                        Map.of()),
                new Configuration("JVM build", (props, synthesis) -> {}, Set.of(), Map.of("AwsSolutions-L1", JAVA)),
                new Configuration(
                        "watched and warmed",
                        (props, synthesis) -> props.warmEnvironments(6)
                                .monitoring(MonitoringOptions.builder()
                                        .alarms(true)
                                        .dashboard(true)
                                        .build()),
                        Set.of(),
                        Map.of("AwsSolutions-L1", JAVA)),
                new Configuration(
                        "encrypted variables",
                        (props, synthesis) -> props.environmentEncryption(Key.Builder.create(synthesis.stack(), "Key")
                                .enableKeyRotation(true)
                                .build()),
                        Set.of(),
                        Map.of("AwsSolutions-L1", JAVA)),
                new Configuration(
                        "encrypted log",
                        (props, synthesis) -> props.logEncryption(Key.Builder.create(synthesis.stack(), "Key")
                                .enableKeyRotation(true)
                                .build()),
                        Set.of(),
                        Map.of("AwsSolutions-L1", JAVA)),
                new Configuration(
                        "federated identity",
                        (props, synthesis) -> props.credentials(
                                        TailnetCredentials.federatedIdentity("client", "audience"))
                                .node(NodeOptions.builder()
                                        .addAdvertiseTags("tag:lambda")
                                        .build()),
                        Set.of("sts:GetWebIdentityToken"),
                        Map.of("AwsSolutions-L1", JAVA, "AwsSolutions-IAM5", NO_RESOURCE_IN_IAM)),
                new Configuration(
                        "metrics by API",
                        (props, synthesis) -> props.forwarding(ForwardingOptions.builder()
                                .metrics(MetricsDestination.CLOUDWATCH)
                                .build()),
                        Set.of("cloudwatch:PutMetricData"),
                        Map.of("AwsSolutions-L1", JAVA, "AwsSolutions-IAM5", NO_RESOURCE_IN_IAM)),
                new Configuration(
                        "traced",
                        (props, synthesis) -> props.tracing(Tracing.ACTIVE),
                        Set.of("xray:PutTraceSegments", "xray:PutTelemetryRecords"),
                        Map.of("AwsSolutions-L1", JAVA, "AwsSolutions-IAM5", NO_RESOURCE_IN_IAM)),
                new Configuration(
                        "in a VPC",
                        (props, synthesis) -> props.vpc(Vpc.fromVpcAttributes(
                                synthesis.stack(),
                                "Vpc",
                                VpcAttributes.builder()
                                        .vpcId("vpc-0123456789abcdef0")
                                        .availabilityZones(List.of("us-east-1a"))
                                        .privateSubnetIds(List.of("subnet-0123456789abcdef0"))
                                        .privateSubnetRouteTableIds(List.of("rtb-0123456789abcdef0"))
                                        .build())),
                        NETWORK_INTERFACES,
                        Map.of("AwsSolutions-L1", JAVA, "AwsSolutions-IAM5", VPC)));
    }

    /** A stack with the proxy and somebody who may call it. */
    public Synthesis synthesis(Path folder) {
        Synthesis synthesis = new Synthesis(folder);
        TailscaleProxy proxy = synthesis.proxy(builder -> props.accept(builder, synthesis));
        proxy.grantInvokeUrl(User.fromUserName(synthesis.stack(), "Caller", "caller"));
        return synthesis;
    }

    @Override
    public String toString() {
        return name;
    }
}
