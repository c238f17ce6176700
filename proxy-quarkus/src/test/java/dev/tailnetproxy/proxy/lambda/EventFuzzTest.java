package dev.tailnetproxy.proxy.lambda;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.mapping.MetricHeaders;
import dev.tailnetproxy.proxy.mapping.RequestMapping;
import dev.tailnetproxy.proxy.mapping.TargetHeaders;
import dev.tailnetproxy.proxy.support.Events;
import dev.tailnetproxy.proxy.support.Seeded;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever an event holds, reading it ends in a request or in a failure with a name. */
class EventFuzzTest {

    private static final Duration TIME = Duration.ofSeconds(3);
    private static final List<String> NAMES = List.of(
            "ts-target-ip",
            "ts-target-port",
            "ts-https",
            "ts-host",
            "ts-timeout-ms",
            "ts-tls-server-name",
            "ts-metric-service",
            "ts-metric-dimension-name",
            "ts-metric-dimension-value",
            "connection",
            "cookie",
            "transfer-encoding",
            "content-length",
            "host",
            "x-a");
    private static final List<String> VALUES = List.of(
            "100.64.0.2",
            "80",
            "true",
            "a.example:443",
            "",
            " ",
            ",",
            "close, x-a",
            "chunked",
            "-1",
            "127.1",
            "[::1]",
            "\r\n",
            "\u0000",
            "\u00e9",
            "\ud800",
            "999999999999999999999",
            "a;b",
            "%");

    @Test
    void everyEventEndsInOneOfTheTwo() throws IOException {
        Random random = Seeded.random(getClass());
        ObjectMapper mapper = new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        long end = System.nanoTime() + TIME.toNanos();
        int read = 0;
        while (System.nanoTime() < end) {
            APIGatewayV2HTTPEvent event = mapper.readValue(event(random), APIGatewayV2HTTPEvent.class);
            try {
                ProxyRequest request = EventMapping.request(event, "id", Long.MAX_VALUE);
                MetricHeaders.parse(request.headers());
                TargetHeaders.parse(request.headers());
                new RequestMapping(false)
                        .forTarget(request.headers(), "a")
                        .forEach(field -> assertTrue(!field.name().startsWith("ts-"), field.name()));
            } catch (ProxyFailure e) {
                assertTrue(e.reason().chars().allMatch(c -> c >= ' ' && c <= '~'), e.reason());
            }
            read++;
        }
        assertTrue(read > 0);
    }

    private static String event(Random random) {
        Events event = Events.of(pick(List.of("GET", "", "P\n"), random), pick(VALUES, random), pick(VALUES, random));
        for (int i = random.nextInt(8); i > 0; i--) {
            event.header(pick(NAMES, random), pick(VALUES, random));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            event.cookie(pick(VALUES, random));
        }
        if (random.nextBoolean()) {
            event.raw("body", pick(VALUES, random)).raw("isBase64Encoded", random.nextBoolean());
        }
        if (random.nextInt(10) == 0) {
            event.raw(pick(List.of("requestContext", "rawPath", "rawQueryString"), random), null);
        }
        return event.json();
    }

    private static String pick(List<String> from, Random random) {
        return from.get(random.nextInt(from.size()));
    }
}
