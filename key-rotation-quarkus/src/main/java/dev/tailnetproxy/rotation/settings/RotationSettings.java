package dev.tailnetproxy.rotation.settings;

import dev.tailnetproxy.contract.RotationVariables;
import dev.tailnetproxy.function.environment.Environment;
import dev.tailnetproxy.function.environment.EnvironmentReader;
import dev.tailnetproxy.rotation.control.KeyWish;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * All settings.
 *
 * @param api where the control server's API is
 * @param headscaleUser the user that owns the keys; present exactly where the control server is headscale
 * @param wish what a new key is to be
 * @param credentialsSecret the secret that logs in; empty for the rotated secret itself
 * @param keyField the field of the rotated secret that holds the key, where that is JSON
 * @param overlap how long an old key stays valid beside the new one
 */
public record RotationSettings(
        URI api,
        Optional<String> headscaleUser,
        KeyWish wish,
        Optional<String> credentialsSecret,
        Optional<String> keyField,
        Duration overlap) {

    /**
     * Reads the settings.
     *
     * @throws dev.tailnetproxy.function.environment.InvalidSettingsException with every mistake
     */
    public static RotationSettings of(Environment environment) {
        EnvironmentReader reader = new EnvironmentReader(environment);
        boolean headscale = reader.choice(RotationVariables.CONTROL_SERVER).equals("headscale");
        boolean client = reader.choice(RotationVariables.KIND).equals("oauth-client");
        if (headscale && client) {
            reader.reject(RotationVariables.KIND, "must be \"auth-key\" with headscale, which has no OAuth clients");
        }
        Optional<URI> api = ApiAddress.read(reader, headscale);
        Optional<KeyWish> wish = WishReader.read(reader, headscale, client);
        Optional<String> credentials = reader.value(RotationVariables.CREDENTIALS_SECRET);
        if (credentials.isEmpty() && !client) {
            reader.reject(RotationVariables.CREDENTIALS_SECRET, "must name the secret that logs in to the API");
        }
        Optional<String> user = headscaleUser(reader, headscale);
        Duration overlap = Duration.ofHours(reader.number(RotationVariables.OVERLAP_HOURS));
        reader.throwIfInvalid();
        return new RotationSettings(
                api.orElseThrow(),
                user,
                wish.orElseThrow(),
                credentials,
                reader.value(RotationVariables.SECRET_KEY_FIELD),
                overlap);
    }

    private static Optional<String> headscaleUser(EnvironmentReader reader, boolean headscale) {
        if (!headscale) {
            return Optional.empty();
        }
        if (!reader.isSet(RotationVariables.HEADSCALE_USER)) {
            reader.reject(RotationVariables.HEADSCALE_USER, "must be the id of a user that has no other keys");
        }
        return Optional.of(Integer.toString(reader.number(RotationVariables.HEADSCALE_USER)));
    }
}
