package dev.tailnetproxy.rotation.tailscale;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** A token; its text is never printed. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TokenResource(@JsonProperty("access_token") @Nullable String accessToken) {

    @Override
    public String toString() {
        return "TokenResource[]";
    }
}
