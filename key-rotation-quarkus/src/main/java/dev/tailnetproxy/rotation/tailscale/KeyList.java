package dev.tailnetproxy.rotation.tailscale;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of a tailnet that the credentials may see. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record KeyList(@Nullable List<KeyResource> keys) {}
