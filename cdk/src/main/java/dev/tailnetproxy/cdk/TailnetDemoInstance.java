package dev.tailnetproxy.cdk;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import software.amazon.awscdk.services.ec2.AmazonLinux2023ImageSsmParameterProps;
import software.amazon.awscdk.services.ec2.AmazonLinuxCpuType;
import software.amazon.awscdk.services.ec2.BlockDevice;
import software.amazon.awscdk.services.ec2.BlockDeviceVolume;
import software.amazon.awscdk.services.ec2.EbsDeviceOptions;
import software.amazon.awscdk.services.ec2.HttpTokens;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.Instance;
import software.amazon.awscdk.services.ec2.InstanceClass;
import software.amazon.awscdk.services.ec2.InstanceSize;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.MachineImage;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.UserData;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.constructs.Construct;

/**
 * A private instance for demonstrations: no public address and no open port, a node of the tailnet, and a page there that shows
 * the webhooks it has received.
 *
 * <p>Its subnet has a route to the internet by a NAT gateway, which costs more than the instance. A subnet without one does not
 * reach the control server, and an IPv6 subnet with an egress-only gateway reaches only what has an IPv6 address, which not
 * every host of an installation has.
 */
public class TailnetDemoInstance extends Construct {

    /** The port of its page. */
    public static final int PORT = 8080;

    private final TailnetDemoInstanceProps props;
    private final Instance instance;

    /** @throws IllegalArgumentException with a sentence when the secret's name can't be right */
    public TailnetDemoInstance(Construct scope, String id, TailnetDemoInstanceProps props) {
        super(scope, id);
        this.props = props;
        IVpc vpc = props.getVpc().orElseGet(this::createVpc);
        StoredSecret authKey = new StoredSecret(props.getAuthKey(), props.getAuthKeyEncryptionKey());
        Role role = Role.Builder.create(this, "Role")
                .assumedBy(new ServicePrincipal("ec2.amazonaws.com"))
                .description("The demonstration's private instance")
                .build();
        authKey.grantRead(role);
        this.instance = Instance.Builder.create(this, "Instance")
                .vpc(vpc)
                .vpcSubnets(SubnetSelection.builder()
                        .subnetType(SubnetType.PRIVATE_WITH_EGRESS)
                        .build())
                .instanceType(InstanceType.of(InstanceClass.T4G, InstanceSize.MICRO))
                .machineImage(MachineImage.latestAmazonLinux2023(AmazonLinux2023ImageSsmParameterProps.builder()
                        .cpuType(AmazonLinuxCpuType.ARM_64)
                        .build()))
                .role(role)
                .securityGroup(createSecurityGroup(vpc))
                .httpTokens(HttpTokens.REQUIRED)
                .httpPutResponseHopLimit(1)
                .blockDevices(List.of(BlockDevice.builder()
                        .deviceName("/dev/xvda")
                        .volume(BlockDeviceVolume.ebs(
                                8, EbsDeviceOptions.builder().encrypted(true).build()))
                        .build()))
                .userData(userData(authKey.id()))
                .userDataCausesReplacement(true)
                .build();
        // The installation starts at once, and ends when there is no way out yet.
        instance.getNode().addDependency(vpc);
    }

    private IVpc createVpc() {
        return Vpc.Builder.create(this, "Vpc")
                .maxAzs(1)
                .natGateways(1)
                .restrictDefaultSecurityGroup(false)
                .subnetConfiguration(List.of(
                        SubnetConfiguration.builder()
                                .name("Nat")
                                .subnetType(SubnetType.PUBLIC)
                                .cidrMask(28)
                                .mapPublicIpOnLaunch(false)
                                .build(),
                        SubnetConfiguration.builder()
                                .name("Private")
                                .subnetType(SubnetType.PRIVATE_WITH_EGRESS)
                                .cidrMask(28)
                                .build()))
                .build();
    }

    /** The tailnet's traffic comes in the replies to what the node sends. */
    private SecurityGroup createSecurityGroup(IVpc vpc) {
        SecurityGroup group = SecurityGroup.Builder.create(this, "SecurityGroup")
                .vpc(vpc)
                .description("The private instance of a demonstration: nothing comes in")
                .allowAllOutbound(false)
                .build();
        group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), "Packages, Secrets Manager, control server and relays");
        group.addEgressRule(
                Peer.anyIpv4(), Port.allUdp(), "Nodes of the tailnet, whose ports are not known beforehand");
        return group;
    }

    private UserData userData(String secretId) {
        UserData userData = UserData.forLinux();
        userData.addCommands(
                "secret_id=" + quoted(secretId),
                "region=" + quoted(props.getAuthKey().getEnv().getRegion()),
                "name=" + quoted(props.getHostname()),
                "login_server=" + quoted(props.getLoginServer().orElse("")),
                "port=" + PORT,
                script());
        return userData;
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    private static String script() {
        try (InputStream script = Objects.requireNonNull(
                TailnetDemoInstance.class.getResourceAsStream("demo-instance.sh"), "demo-instance.sh")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The target of a forwarder. */
    public String getUrl() {
        return "http://" + props.getHostname() + ":" + PORT;
    }

    public Instance getInstance() {
        return instance;
    }
}
