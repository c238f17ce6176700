package dev.tailnetproxy.rotation.secret;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.PutSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.UpdateSecretVersionStageRequest;

/** One secret in Secrets Manager. Each read names the stage, because "the newest" is not the same everywhere. */
public final class RotatedSecret {

    private final SecretsManagerClient client;
    private final String id;

    /** @param id name or ARN */
    public RotatedSecret(SecretsManagerClient client, String id) {
        this.client = client;
        this.id = id;
    }

    /** The name or ARN that it was opened with. */
    public String id() {
        return id;
    }

    /** Labels and schedule. */
    public SecretState describe() {
        DescribeSecretResponse response = client.describeSecret(request -> request.secretId(id));
        Map<String, Set<String>> labels = new HashMap<>();
        response.versionIdsToStages().forEach((version, stages) -> labels.put(version, Set.copyOf(stages)));
        return new SecretState(
                response.arn(), Boolean.TRUE.equals(response.rotationEnabled()), periodDays(response), labels);
    }

    private static OptionalLong periodDays(DescribeSecretResponse response) {
        if (response.rotationRules() == null || response.rotationRules().automaticallyAfterDays() == null) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(response.rotationRules().automaticallyAfterDays());
    }

    /** The version with a label; empty when there is none, or when it has no value yet. */
    public Optional<SecretVersion> read(Stage stage) {
        return read(GetSecretValueRequest.builder().secretId(id).versionStage(stage.label()));
    }

    /** A version, provided that it has a label; empty when it has not, or has no value yet. */
    public Optional<SecretVersion> read(String version, Stage stage) {
        return read(
                GetSecretValueRequest.builder().secretId(id).versionId(version).versionStage(stage.label()));
    }

    private Optional<SecretVersion> read(GetSecretValueRequest.Builder request) {
        try {
            return Optional.of(version(client.getSecretValue(request.build())));
        } catch (ResourceNotFoundException none) {
            return Optional.empty();
        }
    }

    private SecretVersion version(GetSecretValueResponse response) {
        if (response.secretString() == null || response.secretString().isBlank()) {
            throw new RotationException("The secret " + id + " holds no text; store a text as its value.");
        }
        return new SecretVersion(response.versionId(), new SecretText(response.secretString()), response.createdDate());
    }

    /**
     * Stores the value of a rotation's version. The same value again changes nothing.
     *
     * @param rotationToken what Secrets Manager asks for where the function acts across accounts
     */
    public void storePending(String version, SecretText value, Optional<SecretText> rotationToken) {
        client.putSecretValue(PutSecretValueRequest.builder()
                .secretId(id)
                .clientRequestToken(version)
                .secretString(value.reveal())
                .versionStages(Stage.PENDING.label())
                .rotationToken(rotationToken.map(SecretText::reveal).orElse(null))
                .build());
    }

    /**
     * Moves AWSCURRENT to a version; AWSPREVIOUS follows by itself.
     *
     * @param from the version that has it
     */
    public void makeCurrent(String version, Optional<String> from) {
        client.updateSecretVersionStage(UpdateSecretVersionStageRequest.builder()
                .secretId(id)
                .versionStage(Stage.CURRENT.label())
                .moveToVersionId(version)
                .removeFromVersionId(from.orElse(null))
                .build());
    }
}
