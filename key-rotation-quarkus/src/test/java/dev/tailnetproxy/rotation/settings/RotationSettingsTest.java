package dev.tailnetproxy.rotation.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailnetproxy.contract.RotationVariables;
import dev.tailnetproxy.contract.Variable;
import dev.tailnetproxy.function.environment.InvalidSettingsException;
import dev.tailnetproxy.rotation.control.KeyWish;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RotationSettingsTest {

    private static final Path PAGE = Path.of("../docs/key-rotation.md");

    private static RotationSettings read(Map<String, String> changes) {
        Map<String, String> all = new HashMap<>(
                Map.of("TS_ROTATION_CREDENTIALS_SECRET", "api-credentials", "TS_ROTATION_TAGS", "tag:lambda"));
        all.putAll(changes);
        return RotationSettings.of(name -> Optional.ofNullable(all.get(name)));
    }

    @Test
    void defaultsAreThoseOfThePage() {
        RotationSettings settings = read(Map.of());

        assertThat(settings.api()).hasToString("https://api.tailscale.com");
        assertThat(settings.wish())
                .isEqualTo(new KeyWish.AuthKey(List.of("tag:lambda"), true, true, true, Duration.ofDays(90)));
        assertThat(settings.overlap()).isEqualTo(Duration.ofDays(1));
        assertThat(settings.headscaleUser()).isEmpty();
    }

    /** Several changes are separated by semicolons. */
    @ParameterizedTest
    @CsvSource({
        "TS_ROTATION_TAGS=, TS_ROTATION_TAGS",
        "TS_ROTATION_TAGS=lambda, TS_ROTATION_TAGS",
        "TS_ROTATION_TAGS=tag:, TS_ROTATION_TAGS",
        "TS_ROTATION_TAGS=tag:a b, TS_ROTATION_TAGS",
        "TS_ROTATION_CREDENTIALS_SECRET=, TS_ROTATION_CREDENTIALS_SECRET",
        "TS_ROTATION_API_URL=http://api.example, TS_ROTATION_API_URL",
        "TS_ROTATION_API_URL=http://127.0.0.1.example, TS_ROTATION_API_URL",
        "TS_ROTATION_API_URL=https://u:p@api.example, TS_ROTATION_API_URL",
        "TS_ROTATION_API_URL=https://api.example/?a=b, TS_ROTATION_API_URL",
        "TS_ROTATION_API_URL=api.example, TS_ROTATION_API_URL",
        "TS_ROTATION_API_URL=ftp://api.example, TS_ROTATION_API_URL",
        "TS_ROTATION_API_URL=https:// api, TS_ROTATION_API_URL",
        "TS_ROTATION_KEY_DAYS=0, TS_ROTATION_KEY_DAYS",
        "TS_ROTATION_KEY_DAYS=91, TS_ROTATION_KEY_DAYS",
        "TS_ROTATION_OVERLAP_HOURS=-1, TS_ROTATION_OVERLAP_HOURS",
        "TS_ROTATION_REUSABLE=maybe, TS_ROTATION_REUSABLE",
        "TS_ROTATION_SCOPES=auth_keys, TS_ROTATION_SCOPES",
        "TS_ROTATION_KIND=oauth-client, TS_ROTATION_SCOPES",
        "TS_ROTATION_KIND=oauth-client;TS_ROTATION_SCOPES=a b, TS_ROTATION_SCOPES",
        "TS_ROTATION_CONTROL_SERVER=headscale;TS_ROTATION_HEADSCALE_USER=1, TS_ROTATION_API_URL",
        "TS_ROTATION_CONTROL_SERVER=headscale;TS_ROTATION_API_URL=https://h.example, TS_ROTATION_HEADSCALE_USER",
        "TS_ROTATION_CONTROL_SERVER=headscale;TS_ROTATION_PREAUTHORIZED=false, TS_ROTATION_PREAUTHORIZED",
        "TS_ROTATION_CONTROL_SERVER=headscale;TS_ROTATION_KIND=oauth-client, TS_ROTATION_KIND",
        "TS_ROTATION_CONTROL_SERVER=other, TS_ROTATION_CONTROL_SERVER"
    })
    void mistakeIsNamed(String changes, String variable) {
        Map<String, String> values = new HashMap<>();
        for (String change : changes.split(";", -1)) {
            String[] parts = change.split("=", 2);
            values.put(parts[0], parts[1]);
        }

        assertThatThrownBy(() -> read(values))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("The environment variable " + variable + " ");
    }

    @ParameterizedTest
    @CsvSource({"http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:1", "https://headscale.example/base"})
    void safeAddressIsTaken(String address) {
        assertThat(read(Map.of("TS_ROTATION_API_URL", address)).api()).hasToString(address);
    }

    @Test
    void oauthClientMayLogInByItself() {
        RotationSettings settings = read(Map.of(
                "TS_ROTATION_KIND", "oauth-client",
                "TS_ROTATION_SCOPES", "auth_keys, oauth_keys",
                "TS_ROTATION_CREDENTIALS_SECRET", " "));

        assertThat(settings.credentialsSecret()).isEmpty();
        assertThat(settings.wish())
                .isEqualTo(new KeyWish.OauthClient(List.of("auth_keys", "oauth_keys"), List.of("tag:lambda")));
    }

    /** A wrong row is replaced by the one that the failure shows. */
    @Test
    void pageListsAllVariables() throws IOException {
        assertThat(Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `TS_")))
                .containsExactlyElementsOf(RotationVariables.forOperators().stream()
                        .map(RotationSettingsTest::row)
                        .toList());
    }

    private static String row(Variable variable) {
        String defaultValue = variable.defaultValue().isEmpty() ? "empty" : variable.defaultValue();
        return "| `" + variable.name() + "` | " + defaultValue + " | " + variable.values() + " | "
                + variable.description() + " |";
    }
}
