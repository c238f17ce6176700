package dev.tailnetproxy.proxy.equivalence;

import dev.tailnetproxy.proxy.support.FunctionResponse;
import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.TestFunction;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import dev.tailnetproxy.testkit.HeaderSection;
import dev.tailnetproxy.testkit.HttpMessage;
import dev.tailnetproxy.testkit.HttpMessageWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A way to a target: sends a request and tells the response as it arrived. */
@FunctionalInterface
interface Way {

    /** The response of the request. */
    Observation send(HttpMessage request) throws Exception;

    /** The fields that say where a request through the proxy goes. */
    List<String> TARGET = List.of("ts-target-ip: " + TestProxy.PEER, "ts-target-port: 80");

    /** A socket at a target's port. */
    static Way direct(int targetPort) {
        return request -> overSocket(targetPort, with(request, "host: " + TestProxy.PEER));
    }

    /** A socket at the proxy's HTTP port. */
    static Way http1(int proxyPort) {
        return request -> overSocket(proxyPort, with(with(request, "host: proxy"), TARGET.toArray(String[]::new)));
    }

    /** Event in, response out. */
    static Way function(TestFunction function) {
        return request -> {
            FunctionResponse response =
                    function.invoke(event(request).target(TestProxy.PEER, 80).json(), 30_000);
            List<String> lines = new ArrayList<>();
            lines.add("HTTP/1.1 " + response.status() + " ");
            response.json()
                    .getJsonObject("headers")
                    .forEach(field -> lines.add(field.getKey() + ": " + wire((String) field.getValue())));
            response.cookies().forEach(cookie -> lines.add("set-cookie: " + wire(cookie)));
            return Observation.ofResponse(new HttpMessage(new HeaderSection(lines), response.body()), List.of());
        };
    }

    private static HttpMessage with(HttpMessage message, String... fields) {
        List<String> lines = new ArrayList<>(message.headerSection().lines());
        lines.addAll(1, List.of(fields));
        return new HttpMessage(new HeaderSection(lines), message.body(), message.trailers());
    }

    private static Observation overSocket(int port, HttpMessage request) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new HttpMessageWriter(bytes).write(request);
        boolean isHead = request.headerSection().method().equals("HEAD");
        List<String> interim = new ArrayList<>();
        try (RawClient client = new RawClient(port)) {
            client.send(bytes.toByteArray());
            RawClient.ReceivedResponse response = client.response(isHead);
            while (response.status() < 200) {
                interim.add(Integer.toString(response.status()));
                response = client.response(isHead);
            }
            return Observation.ofResponse(response.message(), interim);
        }
    }

    /** What a Function URL makes of a request: one value for each name, cookies twice, bytes in base64. */
    private static FunctionEventBuilder event(HttpMessage request) {
        HeaderSection headerSection = request.headerSection();
        FunctionEventBuilder event =
                FunctionEventBuilder.request(headerSection.method(), headerSection.requestTarget());
        if (request.body().length > 0) {
            event.bytes(request.body());
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (HeaderSection.Field field : headerSection.fields()) {
            fields.merge(field.name().toLowerCase(Locale.ROOT), text(field.value()), (a, b) -> a + "," + b);
        }
        // What frames the message ends at the Function URL.
        fields.remove("transfer-encoding");
        fields.forEach(event::header);
        headerSection.values("cookie").stream()
                .flatMap(value -> List.of(value.split("; ", -1)).stream())
                .forEach(event::cookie);
        return event;
    }

    private static String text(String wire) {
        return new String(wire.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static String wire(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
