package dev.tailnetproxy.cdk;

import java.util.List;
import java.util.stream.Stream;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.ILayerVersion;
import software.constructs.Construct;

/**
 * The layers of the function, which Lambda extracts to {@code /opt}.
 *
 * @param tailscale the one with tailscaled
 * @param all that one and, where there is a private authority, the one with its certificates
 */
record ProxyLayers(ILayerVersion tailscale, List<ILayerVersion> all) {

    ProxyLayers(Construct scope, ProxyFunctionProps props, Architecture architecture) {
        this(scope, props, props.getLayer().orElseGet(() -> newLayer(scope, props, architecture)));
    }

    private ProxyLayers(Construct scope, ProxyFunctionProps props, ILayerVersion tailscale) {
        this(
                tailscale,
                Stream.concat(
                                Stream.of(tailscale),
                                props.getCaBundle().stream().map(file -> CaBundle.layer(scope, "CaBundle", file)))
                        .toList());
    }

    private static TailscaleLayer newLayer(Construct scope, ProxyFunctionProps props, Architecture architecture) {
        TailscaleLayerProps.Builder layerProps = TailscaleLayerProps.builder().architecture(architecture);
        props.getLayerArchive().ifPresent(layerProps::archive);
        return new TailscaleLayer(scope, "Layer", layerProps.build());
    }
}
