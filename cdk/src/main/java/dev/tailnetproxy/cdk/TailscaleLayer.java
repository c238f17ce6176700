package dev.tailnetproxy.cdk;

import java.util.List;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.LayerVersion;
import software.amazon.awscdk.services.lambda.LayerVersionProps;
import software.constructs.Construct;

/**
 * The Lambda layer that joins a function's environment to a tailnet: tailscaled and the extension that runs it. It
 * serves any function on Amazon Linux 2023, with the proxy or without.
 *
 * <p>It names no compatible runtimes: Lambda only filters lists by them and takes 15 at most, and there are more on
 * Amazon Linux 2023.
 */
public class TailscaleLayer extends LayerVersion {

    /** The layer for x86_64. */
    public TailscaleLayer(Construct scope, String id) {
        this(scope, id, TailscaleLayerProps.builder().build());
    }

    /** @throws IllegalArgumentException with a sentence when the zip was not built yet */
    public TailscaleLayer(Construct scope, String id, TailscaleLayerProps props) {
        super(scope, id, versionProps(props));
    }

    private static LayerVersionProps versionProps(TailscaleLayerProps props) {
        String architecture = props.getArchitecture().getName();
        return LayerVersionProps.builder()
                .layerVersionName(props.getLayerVersionName().orElse(null))
                .description("tailscaled and its Lambda extension for " + architecture)
                .license("Apache-2.0 AND BSD-3-Clause")
                .code(Code.fromAsset(archive(props)))
                .compatibleArchitectures(List.of(props.getArchitecture()))
                .build();
    }

    private static String archive(TailscaleLayerProps props) {
        String file = props.getArchive().orElseGet(() -> BuildOutputs.find().layer(props.getArchitecture()));
        return LocalFile.of(
                        "the layer's archive",
                        file,
                        "build the layer with mvn package at the top of the checkout, or name its zip")
                .toString();
    }
}
