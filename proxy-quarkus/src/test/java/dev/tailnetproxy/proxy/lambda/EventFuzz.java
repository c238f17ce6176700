package dev.tailnetproxy.proxy.lambda;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.support.FunctionResponse;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestFunction;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Whatever JSON an event is, the response is the target's or an error with a name; what arrives at the target is what the
 * event says and nothing else, so that no header, path or body becomes a second request.
 */
class EventFuzz {

    /** A hanging warmer or target ends soon. */
    private static final int REMAINING_MS = 2500;

    private static final String CANARY = "/canary-behind-the-event";
    private static final Map<String, ErrorName> ERRORS =
            Arrays.stream(ErrorName.values()).collect(Collectors.toMap(ErrorName::wireName, name -> name));
    private static final ObjectMapper MAPPER =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private static TestProxy proxy;
    private static RawTarget target;
    private static TestFunction function;

    @BeforeAll
    static void start() {
        proxy = TestProxy.options().allowed("10.1.0.0/16").start();
        target = new RawTarget((request, out) -> {
            boolean headerSection = request.requestLine().startsWith("HEAD ");
            out.write(("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n" + (headerSection ? "" : "ok"))
                    .getBytes(StandardCharsets.US_ASCII));
            return true;
        });
        proxy.socks().route(TestProxy.PEER, 80, target.port());
        function = proxy.function();
    }

    @AfterAll
    static void stop() {
        proxy.close();
        target.close();
    }

    @DictionaryFile(resourcePath = "EventFuzz.dict")
    @FuzzTest
    void neverBecomesAnotherRequest(byte[] json) throws IOException {
        String text = new String(json, StandardCharsets.UTF_8);
        APIGatewayV2HTTPEvent event;
        try {
            // As bytes, like the extension: Jackson's reader of characters lets half surrogate pairs pass in names.
            event = MAPPER.readValue(text.getBytes(StandardCharsets.UTF_8), APIGatewayV2HTTPEvent.class);
        } catch (IOException e) {
            // Lambda gives nothing but JSON of this shape; it is the extension that reads it.
            return;
        }
        if (event == null || isRejectedBeforeForwarding(event)) {
            return;
        }
        target.reset();
        FunctionResponse response = function.invoke(text, REMAINING_MS);

        String error = response.header("ts-error-name");
        if (error != null) {
            int status = requireNonNull(ERRORS.get(error), error).status();
            assertThat(response.status()).as(error).isEqualTo(status);
            assertThat(response.header("ts-error-message")).matches("[ -~]+");
            assertThat(status >= 500 || target.received().isEmpty()).as(error).isTrue();
        } else if (!isForTheProxyItself(event)) {
            assertThat(response.status()).isEqualTo(200);
            RawTarget.ReceivedRequest arrived = onlyOne();
            new ForwardedRequestCheck(event).check(arrived);
            sendCanary();
        }
    }

    /** What was sent on before it was given up may arrive only when the next input is looked at. */
    private static boolean isRejectedBeforeForwarding(APIGatewayV2HTTPEvent event) {
        return event.getHeaders() != null
                && event.getHeaders().keySet().stream().anyMatch("ts-timeout-ms"::equalsIgnoreCase);
    }

    private static boolean isForTheProxyItself(APIGatewayV2HTTPEvent event) {
        return event.getHeaders() != null
                && event.getHeaders().entrySet().stream()
                        .anyMatch(header -> header.getKey().matches("(?i)ts-health|ts-warmer")
                                && "true".equalsIgnoreCase(header.getValue()));
    }

    private static RawTarget.ReceivedRequest onlyOne() {
        List<RawTarget.ReceivedRequest> all = target.received();
        assertThat(all.size()).as(() -> "" + all).isOne();
        return all.get(0);
    }

    /** What an event left behind on the connection would stand before this request. */
    private static void sendCanary() throws IOException {
        target.reset();
        String event =
                FunctionEventBuilder.get(CANARY).target(TestProxy.PEER, 80).json();
        function.invoke(event, REMAINING_MS);

        assertThat(onlyOne().requestLine()).isEqualTo("GET " + CANARY + " HTTP/1.1");
        assertThat(onlyOne().body().getBytes()).containsExactly(new byte[0]);
    }
}
