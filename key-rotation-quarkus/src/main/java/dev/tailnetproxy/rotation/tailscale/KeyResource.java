package dev.tailnetproxy.rotation.tailscale;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.tailnetproxy.rotation.control.KnownKey;
import dev.tailnetproxy.rotation.control.Traits;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A key as the API describes it. Only the response to its creation has the text, which is never printed.
 *
 * @param created missing where a list names nothing but ids
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record KeyResource(
        String id,
        @Nullable String key,
        @Nullable String keyType,
        @Nullable String description,
        @Nullable String created,
        @Nullable String expires,
        @Nullable String revoked,
        boolean invalid,
        @Nullable Capabilities capabilities,
        @Nullable List<String> scopes,
        @Nullable List<String> tags) {

    /** Whether only the id is there. */
    boolean isBare() {
        return created == null && description == null;
    }

    /** What the key was made for. */
    String descriptionOrEmpty() {
        return Objects.requireNonNullElse(description, "");
    }

    KnownKey known(Instant now) {
        return new KnownKey(id, mark(id), isValid(now), traits());
    }

    /** As the key's text contains it. */
    static String mark(String id) {
        return "-" + id + "-";
    }

    private boolean isValid(Instant now) {
        return !invalid && !isInPast(revoked, now) && !isInPast(expires, now);
    }

    /** The zero time of Go means that there is none. */
    private static boolean isInPast(@Nullable String time, Instant now) {
        if (time == null || time.isBlank() || time.startsWith("0001-")) {
            return false;
        }
        try {
            return !Instant.parse(time).isAfter(now);
        } catch (DateTimeParseException unknownForm) {
            return false;
        }
    }

    private Traits traits() {
        if (KeyRequest.CLIENT.equals(keyType)) {
            return Traits.ofClient(orNone(scopes), orNone(tags));
        }
        if (capabilities == null
                || capabilities.devices() == null
                || capabilities.devices().create() == null) {
            return Traits.ofAuthKey(List.of(), false, false, false);
        }
        Capabilities.Create create = capabilities.devices().create();
        return Traits.ofAuthKey(orNone(create.tags()), create.reusable(), create.ephemeral(), create.preauthorized());
    }

    private static List<String> orNone(@Nullable List<String> words) {
        return words == null ? List.of() : words;
    }

    @Override
    public String toString() {
        return "KeyResource[" + id + "]";
    }
}
