package dev.tailnetproxy.cdk;

import dev.tailnetproxy.contract.HeaderNames;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;

/**
 * The warm-up that the proxy knows: a request in payload format 2.0, as the Function URL would give it, with {@code
 * ts-warmer} and {@code ts-warmer-hold-ms} (docs/contract.md). The proxy's {@code WarmUpEventTest} invokes it with the same event.
 */
final class WarmUpEvent {

    private WarmUpEvent() {}

    static Map<String, Object> withHoldTime(Duration time) {
        String millis = Long.toString(time.toMilliseconds().longValue());
        Map<String, Object> http = sorted(Map.of(
                "method", "GET",
                "path", "/",
                "protocol", "HTTP/1.1",
                "sourceIp", "127.0.0.1",
                "userAgent", "tailscale-proxy-warmer"));
        return sorted(Map.of(
                "version", "2.0",
                "routeKey", "$default",
                "rawPath", "/",
                "rawQueryString", "",
                "headers", sorted(Map.of(HeaderNames.WARMER, "true", HeaderNames.WARMER_HOLD_MS, millis)),
                "requestContext", sorted(Map.of("routeKey", "$default", "stage", "$default", "http", http)),
                "isBase64Encoded", false));
    }

    /** It becomes a text in the template, which is to be the same each time. */
    private static Map<String, Object> sorted(Map<String, ?> values) {
        return new TreeMap<>(values);
    }
}
