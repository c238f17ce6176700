package dev.tailnetproxy.rotation.tailscale;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tailnetproxy.rotation.control.KeyWish;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body that asks for a key. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record KeyRequest(
        String keyType,
        String description,
        @Nullable Capabilities capabilities,
        @Nullable Long expirySeconds,
        @Nullable List<String> scopes,
        @Nullable List<String> tags) {

    /** The type of an auth key. */
    static final String AUTH = "auth";
    /** The type of an OAuth client. */
    static final String CLIENT = "client";

    /** The body for a wish. */
    static KeyRequest of(KeyWish wish, String description) {
        if (wish instanceof KeyWish.AuthKey key) {
            Capabilities.Create create =
                    new Capabilities.Create(key.reusable(), key.ephemeral(), key.preauthorized(), key.tags());
            return new KeyRequest(
                    AUTH,
                    description,
                    new Capabilities(new Capabilities.Devices(create)),
                    key.validFor().toSeconds(),
                    null,
                    null);
        }
        KeyWish.OauthClient client = (KeyWish.OauthClient) wish;
        return new KeyRequest(CLIENT, description, null, null, client.scopes(), client.tags());
    }
}
