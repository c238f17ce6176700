package dev.tailnetproxy.cdk;

import java.util.List;
import java.util.Optional;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
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

    private final Architecture architecture;

    /** The layer for x86_64. */
    public TailscaleLayer(Construct scope, String id) {
        this(scope, id, TailscaleLayerProps.builder().build());
    }

    /** @throws IllegalArgumentException with a sentence when the zip was not built yet */
    public TailscaleLayer(Construct scope, String id, TailscaleLayerProps props) {
        super(scope, id, versionProps(props));
        this.architecture = props.getArchitecture();
    }

    /**
     * Lets a function join the tailnet: it gets this layer, the variables of its extension, and the right to read the one
     * secret, or to ask for the one token. Other layers, variables and rights of the function stay as they are. A role
     * that was imported without the right to change it stays as it is, too, and needs the right from its owner.
     *
     * @param function a function on Amazon Linux 2023, for this layer's processor
     * @param node its node in the tailnet, with the ports that lead there ({@link NodeOptions.Builder#forward(int, String)})
     * @param credentials how the node joins
     * @throws IllegalArgumentException with a sentence when the function is for another processor or has joined a tailnet
     *     already, and when a variable was set before or Lambda's limit for all of them is exceeded
     */
    public void attachTo(Function function, NodeOptions node, TailnetCredentials credentials) {
        new LayerAttachment(this, architecture, node, credentials, Optional.empty()).attachTo(function);
    }

    /**
     * The same with a secret that a customer managed KMS key encrypts. The function may decrypt with it, through Secrets
     * Manager alone. A secret that was not imported by its name knows its key, so that it need not be given.
     *
     * @param secretEncryptionKey the key that encrypts the secret of the credentials
     */
    public void attachTo(
            Function function, NodeOptions node, TailnetCredentials credentials, IKey secretEncryptionKey) {
        new LayerAttachment(this, architecture, node, credentials, Optional.of(secretEncryptionKey)).attachTo(function);
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
