package dev.tailnetproxy.rotation.app;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tailnetproxy.rotation.secret.RotationException;
import dev.tailnetproxy.rotation.secret.SecretText;
import dev.tailnetproxy.rotation.step.RotationRequest;
import dev.tailnetproxy.rotation.step.RotationStep;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The event as Secrets Manager spells it, and that of the schedule, which has a step and a secret only. The rotation token is
 * secret.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RotationEvent(
        @JsonProperty("Step") @Nullable String step,
        @JsonProperty("SecretId") @Nullable String secretId,
        @JsonProperty("ClientRequestToken") @Nullable String clientRequestToken,
        @JsonProperty("RotationToken") @Nullable String rotationToken) {

    /** @throws RotationException for an event without the fields that its step needs */
    RotationStep toStep() {
        String word = require(step, "Step");
        String secret = require(secretId, "SecretId");
        if (RotationStep.RemoveOldKeys.NAME.equals(word)) {
            return new RotationStep.RemoveOldKeys(secret);
        }
        String version = require(clientRequestToken, "ClientRequestToken");
        Optional<SecretText> token = Optional.ofNullable(rotationToken)
                .filter(text -> !text.isBlank())
                .map(SecretText::new);
        return RotationStep.of(word, new RotationRequest(secret, version, token));
    }

    private static String require(@Nullable String text, String field) {
        if (text == null || text.isBlank()) {
            throw new RotationException("The event has no " + field + "; Secrets Manager sends one.");
        }
        return text;
    }

    @Override
    public String toString() {
        return "RotationEvent[" + step + ", " + secretId + ", " + clientRequestToken + "]";
    }
}
