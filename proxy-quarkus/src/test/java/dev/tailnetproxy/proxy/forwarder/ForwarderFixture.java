package dev.tailnetproxy.proxy.forwarder;

import dev.tailnetproxy.proxy.config.Settings;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.Ingress;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.support.TestConfig;
import dev.tailnetproxy.proxy.time.Deadline;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Requests and settings for the tests of forwarder mode. */
final class ForwarderFixture {

    static final String API = "abc.execute-api.eu-central-1.amazonaws.com";
    static final String SENDER = "203.0.113.7";

    private ForwarderFixture() {}

    /** Settings by variables; only the target has a value beside the defaults. */
    static ForwarderSettings settings(String target, String... namesAndValues) {
        Map<String, String> variables = new HashMap<>();
        variables.put("TS_FORWARDER_TARGET", target);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            variables.put("TS_FORWARDER_" + namesAndValues[i], namesAndValues[i + 1]);
        }
        return Settings.of(TestConfig.of(variables)).forwarder().orElseThrow();
    }

    static Ingress ingress(String sourceIp) {
        return Ingress.of(sourceIp, API, "$default", 0).orElseThrow();
    }

    /** A POST of a JSON body. */
    static ProxyRequest post(String path, Headers headers) {
        return post(path, headers, ingress(SENDER));
    }

    static ProxyRequest post(String path, Headers headers, Ingress ingress) {
        return ProxyRequest.of(
                        "POST",
                        path,
                        "a=1",
                        headers.with("content-type", "application/json"),
                        Body.of("{}".getBytes(StandardCharsets.UTF_8)),
                        "id",
                        Deadline.in(Duration.ofMinutes(5), Clock.systemUTC()))
                .through(ingress);
    }
}
