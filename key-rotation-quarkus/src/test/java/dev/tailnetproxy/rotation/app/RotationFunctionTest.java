package dev.tailnetproxy.rotation.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailnetproxy.rotation.step.RotationStep;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import org.junit.jupiter.api.Test;

@QuarkusTest
class RotationFunctionTest {

    @Inject
    @Named("key-rotation")
    RotationFunction function;

    @Inject
    ObjectMapper json;

    @Test
    void functionIsMadeFromTheSettings() {
        assertThat(function).isNotNull();
    }

    @Test
    void eventIsReadAsSecretsManagerSpellsIt() throws Exception {
        RotationEvent event = json.readValue(
                "{\"Step\":\"createSecret\",\"SecretId\":\"arn\",\"ClientRequestToken\":\"uuid\","
                        + "\"RotationToken\":\"verysecret\",\"New\":1}",
                RotationEvent.class);

        assertThat(event.toStep()).isInstanceOf(RotationStep.CreateSecret.class);
        assertThat(event.toStep().secretId()).isEqualTo("arn");
        assertThat(event.toString()).doesNotContain("verysecret");
    }
}
