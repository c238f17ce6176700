package dev.tailnetproxy.rotation.tailscale;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an auth key allows, in the API's nesting. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Capabilities(@Nullable Devices devices) {

    /** About devices. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Devices(@Nullable Create create) {}

    /** About devices that join. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Create(boolean reusable, boolean ephemeral, boolean preauthorized, @Nullable List<String> tags) {}
}
