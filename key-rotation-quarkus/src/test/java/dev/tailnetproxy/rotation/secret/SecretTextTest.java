package dev.tailnetproxy.rotation.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailnetproxy.rotation.control.ApiCredentials;
import dev.tailnetproxy.rotation.control.KnownKey;
import dev.tailnetproxy.rotation.control.NewKey;
import dev.tailnetproxy.rotation.control.Traits;
import dev.tailnetproxy.rotation.headscale.PreAuthKey;
import dev.tailnetproxy.rotation.step.RotationRequest;
import dev.tailnetproxy.rotation.step.RotationStep;
import dev.tailnetproxy.rotation.tailscale.KeyResource;
import dev.tailnetproxy.rotation.tailscale.TokenResource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTextTest {

    private static final String SECRET = "verysecret";
    private static final SecretText TEXT = new SecretText(SECRET);

    static Stream<Object> holders() {
        RotationRequest request = new RotationRequest("secret", "token", Optional.of(TEXT));
        return Stream.of(
                TEXT,
                new SecretVersion("id", TEXT, Instant.EPOCH),
                new ApiCredentials(Optional.of("id"), TEXT),
                new NewKey(new KnownKey("id", "-long-enough-", true, new Traits(Set.of())), TEXT),
                request,
                RotationStep.of("createSecret", request),
                new TokenResource(SECRET),
                new KeyResource("id", SECRET, null, null, null, null, null, false, null, null, null),
                new PreAuthKey("id", SECRET, true, true, null, List.of(), null),
                new PreAuthKey.One(new PreAuthKey("id", SECRET, true, true, null, List.of(), null)));
    }

    @ParameterizedTest
    @MethodSource("holders")
    void textOfAHolderHasNoSecret(Object holder) {
        assertThat(holder.toString()).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n"})
    void secretIsNotEmpty(String text) {
        assertThatThrownBy(() -> new SecretText(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{verysecret", "{\"key\":verysecret}", "{\"other\":\"verysecret\"}", "{\"key\":[\"verysecret\"]}"
            })
    void exceptionOfAnUnusableValueDoesNotQuoteIt(String value) {
        ValueFormat format = new ValueFormat(new ObjectMapper(), Optional.empty());

        assertThatThrownBy(() -> format.key(new SecretText(value)))
                .isInstanceOf(RotationException.class)
                .hasNoCause()
                .hasMessageNotContaining(SECRET);
    }
}
