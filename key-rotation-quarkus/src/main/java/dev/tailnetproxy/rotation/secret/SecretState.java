package dev.tailnetproxy.rotation.secret;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What Secrets Manager says about a secret without its values.
 *
 * @param arn identifies the secret, however it was named
 * @param rotationEnabled whether a rotation is set up
 * @param periodDays the days between two rotations, where they are known
 * @param labels the labels of each version
 */
public record SecretState(
        String arn, boolean rotationEnabled, OptionalLong periodDays, Map<String, Set<String>> labels) {

    /** Copies the labels. */
    public SecretState {
        labels = Map.copyOf(labels);
    }

    /** Whether a version is known at all. */
    public boolean hasVersion(String version) {
        return labels.containsKey(version);
    }

    /** Whether a version has a label. */
    public boolean has(String version, Stage stage) {
        return labels.getOrDefault(version, Set.of()).contains(stage.label());
    }

    /** The version with a label. */
    public Optional<String> version(Stage stage) {
        return labels.keySet().stream().filter(version -> has(version, stage)).findFirst();
    }
}
