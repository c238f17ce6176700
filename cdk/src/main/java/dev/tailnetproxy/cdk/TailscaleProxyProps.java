package dev.tailnetproxy.cdk;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.immutables.value.Value;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.ec2.ISecurityGroup;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.ILayerVersion;
import software.amazon.awscdk.services.lambda.InvokeMode;
import software.amazon.awscdk.services.lambda.Tracing;
import software.amazon.awscdk.services.logs.RetentionDays;

/** Properties of {@link TailscaleProxy}. Only {@link #getCredentials()} has no default. */
@Value.Immutable
public interface TailscaleProxyProps {

    /** How the function's node joins the tailnet. */
    TailnetCredentials getCredentials();

    /**
     * The node in the tailnet.
     *
     * <p>Default: the extension's defaults
     */
    @Value.Default
    default NodeOptions getNode() {
        return NodeOptions.builder().build();
    }

    /**
     * How requests are treated: allowed targets, timeouts, metrics.
     *
     * <p>Default: the proxy's defaults; only the tailnet's peers may be reached
     */
    @Value.Default
    default ProxyOptions getProxyOptions() {
        return ProxyOptions.builder().build();
    }

    /**
     * Path of the proxy's zip; a relative one begins at the working folder.
     *
     * <p>Default: {@code proxy-quarkus/target/function.zip} of the checkout that these classes were built in, as {@code
     * mvn package} leaves it; for classes from a Maven repository, below the working folder
     */
    @Value.Default
    default String getFunctionArchive() {
        return BuildOutputs.find().function();
    }

    /**
     * What the zip has to be built for; another build is refused.
     *
     * <p>Default: what it was built for
     */
    Optional<ProxyRuntime> getRuntime();

    /**
     * The function's processor.
     *
     * <p>Default: that of the native executable; x86_64 for the JVM
     */
    Optional<Architecture> getArchitecture();

    /**
     * The layer with tailscaled.
     *
     * <p>Default: a {@link TailscaleLayer} for the function's processor, made of {@link #getLayerArchive()}
     */
    Optional<ILayerVersion> getLayer();

    /**
     * Path of the layer's zip.
     *
     * <p>Default: as {@link TailscaleLayerProps#getArchive()}
     */
    Optional<String> getLayerArchive();

    /**
     * Path of a PEM file of the machine that deploys, with certificates of private authorities; a relative one begins at
     * the working folder. The function trusts them for https targets and, where {@link NodeOptions#getLoginServer()} is
     * given, for that control server. They go into the function's environment as a layer of one file.
     *
     * <p>Default: none; the public authorities are trusted
     */
    Optional<String> getCaBundle();

    /**
     * The function's name.
     *
     * <p>Default: made by CloudFormation
     */
    Optional<String> getFunctionName();

    /**
     * The function's memory in megabytes, 128 to 10240. Its processor time grows with it.
     *
     * <p>Default: 256 for a native executable, 512 for the JVM; docs/figures.md says what they take of it
     */
    Optional<Integer> getMemorySize();

    /**
     * The longest time of one request, 1 second to 15 minutes.
     *
     * <p>Default: 60 seconds
     */
    @Value.Default
    default Duration getTimeout() {
        return Duration.seconds(60);
    }

    /**
     * The Function URL's invoke mode. Only {@link InvokeMode#BUFFERED} is supported so far.
     *
     * <p>Default: BUFFERED
     */
    @Value.Default
    default InvokeMode getInvokeMode() {
        return InvokeMode.BUFFERED;
    }

    /**
     * How long the log is kept.
     *
     * <p>Default: one month
     */
    @Value.Default
    default RetentionDays getLogRetention() {
        return RetentionDays.ONE_MONTH;
    }

    /**
     * What becomes of the log when the construct is removed.
     *
     * <p>Default: it is removed as well
     */
    @Value.Default
    default RemovalPolicy getLogRemovalPolicy() {
        return RemovalPolicy.DESTROY;
    }

    /**
     * Key that encrypts the log. The policy of an imported key has to let CloudWatch Logs use it.
     *
     * <p>Default: none of the account's; CloudWatch Logs encrypts with its own
     */
    Optional<IKey> getLogEncryption();

    /**
     * The most environments at a time, kept free for this function.
     *
     * <p>Default: no limit but the account's
     */
    Optional<Integer> getReservedConcurrentExecutions();

    /**
     * The VPC that the function runs in. Its subnets need a way to the internet for Tailscale, such as a NAT gateway.
     *
     * <p>Default: none, and none is needed
     */
    Optional<IVpc> getVpc();

    /**
     * Subnets of the VPC.
     *
     * <p>Default: the private ones
     */
    Optional<SubnetSelection> getVpcSubnets();

    /**
     * Security groups in the VPC.
     *
     * <p>Default: a new one that lets nothing in
     */
    List<ISecurityGroup> getSecurityGroups();

    /**
     * The customer managed KMS key that encrypts the secret of the credentials. The function may then decrypt with it,
     * through Secrets Manager alone.
     *
     * <p>Default: the key that the secret itself names, which one imported by its name cannot
     */
    Optional<IKey> getSecretEncryptionKey();

    /**
     * The KMS key that encrypts the environment variables.
     *
     * <p>Default: Lambda's own key
     */
    Optional<IKey> getEnvironmentEncryption();

    /**
     * X-Ray tracing.
     *
     * <p>Default: disabled
     */
    @Value.Default
    default Tracing getTracing() {
        return Tracing.DISABLED;
    }

    /** Tags of every resource that the construct makes; not those of the tailnet, which are the node's. */
    Map<String, String> getTags();

    /**
     * Environments that are kept warm by a {@link TailscaleProxyWarmer} with its defaults, 1 to 100.
     *
     * <p>Default: none
     */
    Optional<Integer> getWarmEnvironments();

    /**
     * Alarms and a dashboard.
     *
     * <p>Default: none
     */
    @Value.Default
    default MonitoringOptions getMonitoring() {
        return MonitoringOptions.builder().build();
    }

    @Value.Check
    default void check() {
        Validate.isTrue(
                !getCredentials().needsTags() || !getNode().getAdvertiseTags().isEmpty(),
                "node.advertiseTags is empty: a node that joins with an OAuth client or a federated identity needs tags, "
                        + "such as tag:lambda");
        Validate.isTrue(
                getLayer().isEmpty() || getLayerArchive().isEmpty(),
                "layer and layerArchive are both given: give the layer, or the zip that it is to be made of");
        Validate.isTrue(
                getSecretEncryptionKey().isEmpty()
                        || getCredentials().storedSecret().isPresent(),
                "secretEncryptionKey is given, but a federated identity joins without a secret: leave it out");
        Validate.isTrue(
                getCaBundle().isEmpty() || getProxyOptions().getCaBundle().isEmpty(),
                "caBundle and proxyOptions.caBundle are both given: give the file of this machine, or the path of a file "
                        + "that is in the function's environment already");
        Validate.range("memorySize", getMemorySize(), 128, 10_240);
        Validate.millis("timeout", Optional.of(getTimeout()), 1_000, 900_000);
        Validate.isTrue(
                getInvokeMode() == InvokeMode.BUFFERED,
                "invokeMode is " + getInvokeMode()
                        + ": the proxy does not stream responses yet; leave invokeMode out, and keep responses below 6 MB");
        Validate.range("reservedConcurrentExecutions", getReservedConcurrentExecutions(), 0, Integer.MAX_VALUE);
        Validate.isTrue(
                getVpc().isPresent()
                        || (getVpcSubnets().isEmpty() && getSecurityGroups().isEmpty()),
                "vpcSubnets or securityGroups are given without a vpc: give the vpc that they belong to");
    }

    static Builder builder() {
        return new Builder();
    }

    /** Builds {@link TailscaleProxyProps}. */
    class Builder extends ImmutableTailscaleProxyProps.Builder {}
}
