package dev.tailnetproxy.cdk;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.LayerVersion;
import software.constructs.Construct;

/**
 * The certificates of private authorities on their way into the function's environment: a layer of one file beside the
 * one with tailscaled. The function's archive stays the one that was built, and another bundle is another layer version.
 */
final class CaBundle {

    private static final String FOLDER = "tailnet-proxy";
    private static final String FILE = "ca-bundle.pem";

    /** Where the function finds it. */
    static final String PATH = "/opt/" + FOLDER + "/" + FILE;

    /** A whole list of public roots has 250 KB. */
    private static final int MAX_BYTES = 2_000_000;

    private static final String HINT =
            "give the PEM file of this machine with the certificates of the authorities, or leave it out";

    private CaBundle() {}

    /** @throws IllegalArgumentException with a sentence when it is not a file of certificates and nothing else */
    static LayerVersion layer(Construct scope, String id, String file) {
        byte[] bundle = checked(LocalFile.of("caBundle", file, HINT));
        try {
            Path staged = staged(bundle);
            LayerVersion layer = LayerVersion.Builder.create(scope, id)
                    .description("Certificates of private authorities for the tailnet proxy")
                    .code(Code.fromAsset(staged.toString()))
                    .build();
            // The CDK has copied it into its own folder, unless it is configured to leave files in place.
            if (scope.getNode().tryGetContext("aws:cdk:disable-asset-staging") == null) {
                remove(staged);
            }
            return layer;
        } catch (IOException failure) {
            throw new UncheckedIOException("caBundle: " + file + " can't be copied", failure);
        }
    }

    private static byte[] checked(Path file) {
        try {
            Validate.isTrue(
                    Files.size(file) <= MAX_BYTES,
                    "caBundle: " + file + " has more than " + MAX_BYTES + " bytes: " + HINT);
            byte[] bundle = Files.readAllBytes(file);
            String text = new String(bundle, StandardCharsets.ISO_8859_1);
            Validate.isTrue(
                    !text.contains("PRIVATE KEY-----"),
                    "caBundle: there is a private key in " + file
                            + ", which every principal that may read the layer could read: "
                            + "give a file that contains only certificates");
            Validate.isTrue(
                    text.contains("-----BEGIN CERTIFICATE-----"),
                    "caBundle: there is no PEM certificate in " + file + ": " + HINT
                            + "; openssl x509 -inform der makes PEM of DER");
            CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bundle));
            return bundle;
        } catch (CertificateException broken) {
            throw new IllegalArgumentException(
                    "caBundle: the certificates in " + file + " can't be read: " + HINT, broken);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("caBundle: " + file + " can't be read: " + HINT, unreadable);
        }
    }

    /** In Lambda the file belongs to another user than the reading process, so the modes matter. */
    private static Path staged(byte[] bundle) throws IOException {
        Path top = Files.createTempDirectory("ca-bundle");
        Path folder = Files.createDirectory(top.resolve(FOLDER));
        Path file = Files.write(folder.resolve(FILE), bundle);
        boolean open = folder.toFile().setReadable(true, false)
                && folder.toFile().setExecutable(true, false)
                && file.toFile().setReadable(true, false);
        if (!open) {
            throw new IOException("the modes of " + file + " can't be set");
        }
        return top;
    }

    private static void remove(Path staged) throws IOException {
        Files.delete(staged.resolve(FOLDER).resolve(FILE));
        Files.delete(staged.resolve(FOLDER));
        Files.delete(staged);
    }
}
