package dev.tailnetproxy.cdk.support;

import dev.tailnetproxy.cdk.MetricsDestination;
import dev.tailnetproxy.cdk.MonitoringOptions;
import dev.tailnetproxy.cdk.NodeOptions;
import dev.tailnetproxy.cdk.ProxyOptions;
import dev.tailnetproxy.cdk.TailnetCredentials;
import dev.tailnetproxy.cdk.TailscaleProxy;
import dev.tailnetproxy.cdk.TailscaleProxyProps;
import dev.tailnetproxy.cdk.Targets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ec2.VpcAttributes;
import software.amazon.awscdk.services.iam.AccountPrincipal;
import software.amazon.awscdk.services.iam.ArnPrincipal;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.User;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.lambda.Tracing;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.secretsmanager.SecretAttributes;
import software.constructs.Construct;

/**
 * A way to configure a proxy that differs in what its function may do.
 *
 * @param name for a test's report
 * @param props what is configured
 * @param grants who may call it
 * @param actionsWithoutResource actions that may stand beside a bare {@code *}, because IAM knows no resource for them
 * @param suppressions rules of cdk-nag with the reason why they do not hold here
 */
public record ProxyConfiguration(
        String name,
        BiConsumer<TailscaleProxyProps.Builder, TestStack> props,
        BiConsumer<TailscaleProxy, TestStack> grants,
        Set<String> actionsWithoutResource,
        Map<String, String> suppressions)
        implements StackConfiguration {

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

    private static final String KEY = "arn:aws:kms:us-east-1:210987654321:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    private static final String SECRET = "arn:aws:secretsmanager:us-east-1:210987654321:secret:tailscale/key";

    /** With somebody of the account who may call it. */
    private ProxyConfiguration(
            String name,
            BiConsumer<TailscaleProxyProps.Builder, TestStack> props,
            Set<String> actionsWithoutResource,
            Map<String, String> suppressions) {
        this(
                name,
                props,
                (proxy, testStack) -> proxy.grantInvokeUrl(User.fromUserName(testStack.stack(), "Caller", "caller")),
                actionsWithoutResource,
                suppressions);
    }

    /** One of the JVM build whose function needs no action without a resource. */
    private static ProxyConfiguration usual(String name, BiConsumer<TailscaleProxyProps.Builder, TestStack> props) {
        return new ProxyConfiguration(name, props, Set.of(), Map.of("AwsSolutions-L1", JAVA));
    }

    /** All of them. */
    public static List<ProxyConfiguration> all() {
        return Stream.of(ofBuilds(), ofSecrets(), ofKeys(), ofGrants(), ofActionsWithoutResources())
                .flatMap(List::stream)
                .toList();
    }

    private static List<ProxyConfiguration> ofBuilds() {
        return List.of(
                new ProxyConfiguration(
                        "native build",
                        (props, testStack) ->
                                props.functionArchive(testStack.archives().nativeFor(TestArchives.ELF_X86_64)),
                        Set.of(),
                        Map.of()),
                usual("JVM build", (props, testStack) -> {}),
                usual("watched and warmed", (props, testStack) -> props.warmEnvironments(6)
                        .monitoring(MonitoringOptions.builder()
                                .alarms(true)
                                .dashboard(true)
                                .build())),
                usual(
                        "private authority",
                        (props, testStack) ->
                                props.caBundle(Repository.file("cdk/src/test/resources/private-authority.pem")
                                        .toString())));
    }

    private static List<ProxyConfiguration> ofSecrets() {
        return List.of(
                usual("OAuth client", (props, testStack) -> props.credentials(
                                TailnetCredentials.oauthClient(testStack.secret(), "client_secret"))
                        .node(tagged())),
                secret(
                        "secret by its name",
                        stack -> Secret.fromSecretNameV2(stack, "Imported", "tailscale/my-secret")),
                secret(
                        "secret by its whole ARN",
                        stack -> Secret.fromSecretCompleteArn(stack, "Imported", SECRET + "-AbCdEf")),
                secret("secret by its partial ARN", stack -> Secret.fromSecretPartialArn(stack, "Imported", SECRET)),
                secret(
                        "secret that names its key",
                        stack -> Secret.fromSecretAttributes(
                                stack,
                                "Imported",
                                SecretAttributes.builder()
                                        .secretCompleteArn(SECRET + "-AbCdEf")
                                        .encryptionKey(Key.fromKeyArn(stack, "Key", KEY))
                                        .build())),
                secret("secret of the same app", stack -> {
                    Stack other = new Stack((Construct) stack.getNode().getRoot(), "Secrets");
                    return Secret.Builder.create(other, "Own")
                            .encryptionKey(rotated(other))
                            .build();
                }));
    }

    private static ProxyConfiguration secret(String name, Function<Stack, ISecret> secret) {
        return usual(
                name,
                (props, testStack) -> props.credentials(TailnetCredentials.authKey(secret.apply(testStack.stack()))));
    }

    private static List<ProxyConfiguration> ofKeys() {
        return List.of(
                usual(
                        "encrypted variables",
                        (props, testStack) -> props.environmentEncryption(rotated(testStack.stack()))),
                usual("encrypted log", (props, testStack) -> props.logEncryption(rotated(testStack.stack()))),
                usual("encrypted secret", (props, testStack) -> props.secretEncryptionKey(rotated(testStack.stack()))),
                usual("imported keys", (props, testStack) -> {
                    IKey key = Key.fromKeyArn(testStack.stack(), "Key", KEY);
                    props.environmentEncryption(key).logEncryption(key).secretEncryptionKey(key);
                }),
                usual("OAuth client with an encrypted secret", (props, testStack) -> props.credentials(
                                TailnetCredentials.oauthClient(testStack.secret()))
                        .node(tagged())
                        .secretEncryptionKey(rotated(testStack.stack()))));
    }

    private static List<ProxyConfiguration> ofGrants() {
        return List.of(
                new ProxyConfiguration(
                        "grants with targets",
                        (props, testStack) -> {},
                        (proxy, testStack) -> {
                            Stack stack = testStack.stack();
                            Targets targets = Targets.of("orders:443", "10.20.0.0/16:5432", "*.orders.test");
                            proxy.grantInvokeUrl(User.fromUserName(stack, "User", "caller"), targets);
                            proxy.grantInvokeUrl(Role.fromRoleName(stack, "Role", "orders"), targets);
                            proxy.grantInvokeUrl(new ArnPrincipal("arn:aws:iam::210987654321:role/orders"), targets);
                            proxy.grantInvokeUrl(new AccountPrincipal("210987654321"), Targets.all());
                        },
                        Set.of(),
                        Map.of("AwsSolutions-L1", JAVA)),
                new ProxyConfiguration(
                        "grants to other accounts",
                        (props, testStack) -> {},
                        (proxy, testStack) -> {
                            proxy.grantInvokeUrl(new ArnPrincipal("arn:aws:iam::210987654321:role/orders"));
                            proxy.grantInvokeUrl(new AccountPrincipal("210987654321"));
                        },
                        Set.of(),
                        Map.of("AwsSolutions-L1", JAVA)));
    }

    private static List<ProxyConfiguration> ofActionsWithoutResources() {
        return List.of(
                new ProxyConfiguration(
                        "federated identity",
                        (props, testStack) -> props.credentials(
                                        TailnetCredentials.federatedIdentity("client", "audience"))
                                .node(tagged()),
                        Set.of("sts:GetWebIdentityToken"),
                        Map.of("AwsSolutions-L1", JAVA, "AwsSolutions-IAM5", NO_RESOURCE_IN_IAM)),
                new ProxyConfiguration(
                        "metrics by API",
                        (props, testStack) -> props.proxyOptions(ProxyOptions.builder()
                                .metrics(MetricsDestination.CLOUDWATCH)
                                .build()),
                        Set.of("cloudwatch:PutMetricData"),
                        Map.of("AwsSolutions-L1", JAVA, "AwsSolutions-IAM5", NO_RESOURCE_IN_IAM)),
                new ProxyConfiguration(
                        "traced",
                        (props, testStack) -> props.tracing(Tracing.ACTIVE),
                        Set.of("xray:PutTraceSegments", "xray:PutTelemetryRecords"),
                        Map.of("AwsSolutions-L1", JAVA, "AwsSolutions-IAM5", NO_RESOURCE_IN_IAM)),
                new ProxyConfiguration(
                        "in a VPC",
                        (props, testStack) -> props.vpc(Vpc.fromVpcAttributes(
                                testStack.stack(),
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

    private static NodeOptions tagged() {
        return NodeOptions.builder().addAdvertiseTags("tag:lambda").build();
    }

    private static Key rotated(Stack stack) {
        return Key.Builder.create(stack, "Key").enableKeyRotation(true).build();
    }

    /** A stack with the proxy and somebody who may call it. */
    @Override
    public TestStack testStack(Path folder) {
        TestStack testStack = new TestStack(folder);
        TailscaleProxy proxy = testStack.proxy(builder -> props.accept(builder, testStack));
        grants.accept(proxy, testStack);
        return testStack;
    }

    @Override
    public String toString() {
        return name;
    }
}
