package dev.tailnetproxy.rotation.headscale;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.tailnetproxy.rotation.control.KnownKey;
import dev.tailnetproxy.rotation.control.Traits;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A key as headscale describes it. Its text is whole in the response to its creation, and is never printed. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PreAuthKey(
        @Nullable String id,
        @Nullable String key,
        boolean reusable,
        boolean ephemeral,
        @Nullable String expiration,
        @Nullable List<String> aclTags,
        @Nullable User user) {

    /** The twelve characters are those of base64 for URLs: a hyphen may be one of them. */
    private static final Pattern MARK = Pattern.compile("(hskey-auth-[A-Za-z0-9_-]{12}-).*");

    /** The user that a key belongs to. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record User(@Nullable String id) {}

    /** The body that asks for a key. */
    public record Request(String user, boolean reusable, boolean ephemeral, String expiration, List<String> aclTags) {}

    /** The body that names a key. */
    public record Id(String id) {}

    /** A response with one key. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record One(@Nullable PreAuthKey preAuthKey) {}

    /** A response with all keys. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Many(@Nullable List<PreAuthKey> preAuthKeys) {}

    /** A response that says nothing. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Nothing() {}

    /** The part of a key's text that a masked one shows as well. */
    static Optional<String> mark(@Nullable String text) {
        Matcher matcher = MARK.matcher(text == null ? "" : text);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    boolean belongsTo(String userId) {
        return user != null && userId.equals(user.id());
    }

    /** Empty for a key of an older form, which a stored value can't be matched with. */
    Optional<KnownKey> known(Instant now) {
        List<String> tags = aclTags == null ? List.of() : aclTags;
        Traits traits = Traits.ofAuthKey(tags, reusable, ephemeral, true);
        return id == null ? Optional.empty() : mark(key).map(mark -> new KnownKey(id, mark, isValid(now), traits));
    }

    /** Headscale takes a key without a time for expired. */
    private boolean isValid(Instant now) {
        try {
            return expiration != null && Instant.parse(expiration).isAfter(now);
        } catch (DateTimeParseException unknownForm) {
            return true;
        }
    }

    @Override
    public String toString() {
        return "PreAuthKey[" + id + "]";
    }
}
