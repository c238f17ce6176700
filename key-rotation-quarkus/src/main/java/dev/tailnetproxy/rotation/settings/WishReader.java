package dev.tailnetproxy.rotation.settings;

import dev.tailnetproxy.contract.RotationVariables;
import dev.tailnetproxy.contract.Variable;
import dev.tailnetproxy.function.environment.EnvironmentReader;
import dev.tailnetproxy.rotation.control.KeyWish;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the new key is to be, as the variables say. */
final class WishReader {

    private static final Pattern TAG = Pattern.compile("tag:[A-Za-z][A-Za-z0-9-]*");
    private static final Pattern SCOPE = Pattern.compile("[a-z_:]+");

    private WishReader() {}

    /** Empty when a mistake was found. */
    static Optional<KeyWish> read(EnvironmentReader reader, boolean headscale, boolean client) {
        List<String> tags = words(reader, RotationVariables.TAGS, TAG, "must be tags such as \"tag:lambda\"");
        List<String> scopes = words(reader, RotationVariables.SCOPES, SCOPE, "must be scopes such as \"auth_keys\"");
        if (tags.isEmpty()) {
            reader.reject(RotationVariables.TAGS, "must have at least one tag");
        }
        if (client == scopes.isEmpty()) {
            reader.reject(
                    RotationVariables.SCOPES,
                    client ? "must have at least one scope" : "is only for TS_ROTATION_KIND=oauth-client");
        }
        boolean reusable = reader.flag(RotationVariables.REUSABLE);
        boolean ephemeral = reader.flag(RotationVariables.EPHEMERAL);
        boolean preauthorized = reader.flag(RotationVariables.PREAUTHORIZED);
        if (headscale && !preauthorized) {
            reader.reject(RotationVariables.PREAUTHORIZED, "must be true with headscale, whose keys always are");
        }
        Duration lifetime = Duration.ofDays(reader.number(RotationVariables.KEY_DAYS));
        if (reader.hasMistakes()) {
            return Optional.empty();
        }
        return Optional.of(
                client
                        ? new KeyWish.OauthClient(scopes, tags)
                        : new KeyWish.AuthKey(tags, reusable, ephemeral, preauthorized, lifetime));
    }

    private static List<String> words(EnvironmentReader reader, Variable.Text variable, Pattern form, String problem) {
        List<String> words = Arrays.stream(reader.text(variable).split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .distinct()
                .toList();
        if (!words.stream().allMatch(word -> form.matcher(word).matches())) {
            reader.reject(variable, problem);
        }
        return words;
    }
}
