package dev.tailnetproxy.cdk;

import java.util.Map;
import java.util.Optional;
import org.immutables.value.Value;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.lambda.ILayerVersion;

/** Properties of every function that is the proxy, in whatever mode. Only {@link #getCredentials()} has no default. */
public interface ProxyFunctionProps extends JavaFunctionProps {

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
     * Path of the proxy's zip; a relative path is resolved against the working folder.
     *
     * <p>Default: {@code proxy-quarkus/target/function.zip} of the checkout that these classes were built in, as {@code
     * mvn package} leaves it; for classes from a Maven repository, below the working folder
     */
    @Override
    @Value.Default
    default String getFunctionArchive() {
        return BuildOutputs.find().function();
    }

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
     * The customer managed KMS key that encrypts the secret of the credentials. The function may then decrypt with it,
     * through Secrets Manager alone.
     *
     * <p>Default: the key that the secret itself names, which one imported by its name cannot
     */
    Optional<IKey> getSecretEncryptionKey();

    /** Tags of every resource that the construct creates. The tailnet's tags are {@link NodeOptions#getAdvertiseTags()}. */
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
    default void checkProxyFunction() {
        Validate.joinTags(getCredentials(), getNode());
        Validate.isTrue(
                getLayer().isEmpty() || getLayerArchive().isEmpty(),
                "layer and layerArchive are both given: give the layer, or the zip that it is to be made of");
        Validate.secretEncryptionKey(getCredentials(), getSecretEncryptionKey());
        Validate.isTrue(
                getCaBundle().isEmpty() || getProxyOptions().getCaBundle().isEmpty(),
                "caBundle and proxyOptions.caBundle are both given: give the file of this machine, or the path of a file "
                        + "that is in the function's environment already");
    }
}
