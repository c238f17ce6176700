package dev.tailnetproxy.cdk;

import java.util.Optional;
import org.immutables.value.Value;
import software.amazon.awscdk.services.lambda.Architecture;

/** Properties of {@link TailscaleLayer}. */
@Value.Immutable
public interface TailscaleLayerProps {

    /**
     * The processor of the functions that use the layer.
     *
     * <p>Default: x86_64
     */
    @Value.Default
    default Architecture getArchitecture() {
        return Architecture.X86_64;
    }

    /**
     * Path of the layer's zip; a relative one begins at the working folder.
     *
     * <p>Default: {@code layer/target/tailscale-layer-<architecture>.zip} of the checkout that these classes were built
     * in, as {@code mvn package} leaves it; for classes from a Maven repository, below the working folder
     */
    Optional<String> getArchive();

    /**
     * The layer's name.
     *
     * <p>Default: made by CloudFormation
     */
    Optional<String> getLayerVersionName();

    static Builder builder() {
        return new Builder();
    }

    /** Builds {@link TailscaleLayerProps}. */
    class Builder extends ImmutableTailscaleLayerProps.Builder {}
}
