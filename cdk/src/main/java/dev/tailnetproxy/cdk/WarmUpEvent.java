package dev.tailnetproxy.cdk;

import java.util.Map;
import software.amazon.awscdk.Duration;

/**
 * The warm-up that the proxy knows: a request in payload format 2.0, as the Function URL would give it, with {@code
 * ts-warmer} and {@code ts-warmer-hold-ms} (docs/contract.md). The proxy's {@code WarmUpEventTest} answers it.
 */
final class WarmUpEvent {

    private WarmUpEvent() {}

    static Map<String, Object> holding(Duration time) {
        return Map.of(
                "version", "2.0",
                "routeKey", "$default",
                "rawPath", "/",
                "rawQueryString", "",
                "headers",
                        Map.of(
                                "ts-warmer",
                                "true",
                                "ts-warmer-hold-ms",
                                Long.toString(time.toMilliseconds().longValue())),
                "requestContext",
                        Map.of(
                                "routeKey",
                                "$default",
                                "stage",
                                "$default",
                                "http",
                                Map.of(
                                        "method", "GET",
                                        "path", "/",
                                        "protocol", "HTTP/1.1",
                                        "sourceIp", "127.0.0.1",
                                        "userAgent", "tailscale-proxy-warmer")),
                "isBase64Encoded", false);
    }
}
