package dev.tailnetproxy.proxy.forwarder;

import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import dev.tailnetproxy.proxy.headers.Target;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The target of every request.
 *
 * @param target host, port and scheme
 * @param base the path that every request goes to, or below
 */
public record FixedTarget(Target target, SafePath base) {

    private static final Pattern URL =
            Pattern.compile("(?i)(https?)://(\\[[^\\]/?#@]*]|[^\\[\\]:/?#@\\\\]+)(?::([0-9]{1,5}))?(/.*)?");

    /**
     * The target of a URL.
     *
     * @throws IllegalArgumentException when it is none, with a sentence that says why
     */
    public static FixedTarget parse(String url) {
        Matcher parts = URL.matcher(url);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "it must be a URL like https://name:port/base, without credentials, query and fragment");
        }
        boolean https = parts.group(1).toLowerCase(Locale.ROOT).equals("https");
        Port port = parts.group(3) == null
                ? Target.defaultPort(https)
                : Port.parse(parts.group(3))
                        .orElseThrow(
                                () -> new IllegalArgumentException("it holds a port that is not 1 to " + Port.MAX));
        TargetHost host;
        try {
            host = TargetHost.parse(parts.group(2));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("it holds a host that " + e.getMessage(), e);
        }
        Optional<TargetHost> serverName = host.fold(address -> Optional.empty(), Optional::of);
        return new FixedTarget(new Target(host, port, https, serverName, Optional.empty()), base(parts.group(4)));
    }

    private static SafePath base(@Nullable String path) {
        try {
            return path == null ? SafePath.ROOT : new SafePath(path);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("it holds a path that " + e.getMessage(), e);
        }
    }
}
