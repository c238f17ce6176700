package dev.tailnetproxy.cdk;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.Arn;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.regioninfo.RegionInfo;
import software.amazon.awscdk.services.certificatemanager.ICertificate;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.constructs.Construct;

/**
 * Refuses what the function can't use from the region that it runs in. What is known only at deployment passes: a token
 * for a region, and a stack that is for any region.
 */
final class RegionValidator {

    /** A resource, how a sentence calls it, and where it is. */
    private record ResourceLocation(String resource, String region) {

        static ResourceLocation of(String name, String arn, String region) {
            return new ResourceLocation(Token.isUnresolved(arn) ? name : name + " " + arn, region);
        }

        boolean isInOtherRegionThan(ResourceLocation other) {
            return isKnown() && other.isKnown() && !region.equals(other.region);
        }

        boolean isKnown() {
            return !Token.isUnresolved(region);
        }

        @Nullable
        String partition() {
            return isKnown() ? RegionInfo.get(region).getPartition() : null;
        }
    }

    private final Construct proxy;
    private final ResourceLocation stack;

    private RegionValidator(Construct proxy) {
        this.proxy = proxy;
        this.stack = new ResourceLocation("the stack", Stack.of(proxy).getRegion());
    }

    /** @throws IllegalArgumentException with a sentence for a resource that is in the wrong place */
    static void check(Construct proxy, ProxyFunctionProps props) {
        check(proxy, props.getCredentials(), props.getSecretEncryptionKey());
        RegionValidator regions = new RegionValidator(proxy);
        props.getEnvironmentEncryption()
                .ifPresent(key -> regions.requireStackRegion(
                        key("environmentEncryption", key),
                        "Lambda decrypts variables with a key of the function's own region; give such a key"));
        props.getLogEncryption()
                .ifPresent(key -> regions.requireStackRegion(
                        key("logEncryption", key),
                        "CloudWatch Logs encrypts with a key of the log's own region; give such a key"));
        props.getLayer()
                .ifPresent(layer -> regions.requireStackRegion(
                        fromArn("layer", layer.getLayerVersionArn()),
                        "a function takes layers of its own region; give the layer's version there, or layerArchive"));
    }

    /** @throws IllegalArgumentException with a sentence for a secret that the function can't read, or its key */
    static void check(Construct function, TailnetCredentials credentials, Optional<IKey> secretEncryptionKey) {
        RegionValidator regions = new RegionValidator(function);
        credentials.storedSecret().ifPresent(secret -> regions.secret(secret, secretEncryptionKey));
    }

    /** @throws IllegalArgumentException with a sentence for a secret that is in another region than the function */
    static void check(Construct forwarder, SenderVerification verification) {
        RegionValidator regions = new RegionValidator(forwarder);
        ISecret secret = verification.getSecret();
        regions.requireStackRegion(
                ResourceLocation.of(
                        "verification.secret",
                        secret.getSecretArn(),
                        secret.getEnv().getRegion()),
                "the forwarder reads secrets of its own region; give a secret of that region");
        verification
                .getSecretEncryptionKey()
                .ifPresent(key -> regions.requireStackRegion(
                        key("verification.secretEncryptionKey", key),
                        "a secret is encrypted with a key of its own region; give that key"));
    }

    /** @throws IllegalArgumentException with a sentence for a certificate that is in another region than the API */
    static void check(Construct api, ICertificate certificate) {
        new RegionValidator(api)
                .requireStackRegion(
                        fromArn("domain.certificate", certificate.getCertificateArn()),
                        "a regional API takes certificates of its own region; give one of that region");
    }

    private static ResourceLocation key(String name, IKey key) {
        return ResourceLocation.of(name, key.getKeyArn(), key.getEnv().getRegion());
    }

    /** For resources that do not know their region when they are imported. */
    private static ResourceLocation fromArn(String name, String arn) {
        String region = Token.isUnresolved(arn)
                ? arn
                : Objects.requireNonNullElse(
                        Arn.split(arn, ArnFormat.COLON_RESOURCE_NAME).getRegion(), "no region");
        return ResourceLocation.of(name, arn, region);
    }

    private void requireStackRegion(ResourceLocation location, String advice) {
        Validate.isTrue(
                !location.isInOtherRegionThan(stack),
                location.resource() + " is in " + location.region() + ", but the stack is in " + stack.region() + ": "
                        + advice);
    }

    private void secret(ISecret secret, Optional<IKey> given) {
        ResourceLocation location = ResourceLocation.of(
                "the secret", secret.getSecretArn(), secret.getEnv().getRegion());
        partition(secret.getSecretArn(), location);
        given.or(() -> Optional.ofNullable(secret.getEncryptionKey())).ifPresent(key -> {
            ResourceLocation keyLocation = key("the secret's key", key);
            Validate.isTrue(
                    !keyLocation.isInOtherRegionThan(location),
                    keyLocation.resource() + " is in " + keyLocation.region() + ", but the secret is in "
                            + location.region()
                            + ": a secret is encrypted with a key of its own region; give that key, or the secret's "
                            + "whole ARN where the secret is in another region than the stack");
            if (keyLocation.isKnown() && location.region().equals(stack.region()) && !stack.isKnown()) {
                Annotations.of(proxy)
                        .addInfo("the secret is read in the stack's own region, and the key " + key.getKeyArn()
                                + " is in " + keyLocation.region()
                                + ": deploy the stack there, or give the secret's whole ARN");
            }
        });
    }

    /** Credentials of one partition are none in another, and an address is made of the region alone. */
    private void partition(String arn, ResourceLocation location) {
        String regionPartition = location.partition();
        if (regionPartition == null) {
            return;
        }
        String named = Token.isUnresolved(arn) ? regionPartition : arn.split(":", 3)[1];
        Validate.isTrue(
                named.equals(regionPartition),
                location.resource() + " names the partition " + named + ", but " + location.region() + " is in "
                        + regionPartition + ": give the ARN that Secrets Manager shows");
        String stackPartition = Objects.requireNonNullElse(stack.partition(), regionPartition);
        Validate.isTrue(
                regionPartition.equals(stackPartition),
                location.resource() + " is in the partition " + regionPartition + ", and the stack is in "
                        + stackPartition + ": a role has no rights in another partition; store the secret in "
                        + stackPartition);
    }
}
