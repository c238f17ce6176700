package dev.tailnetproxy.proxy.server;

import static dev.tailnetproxy.proxy.support.TestServer.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.RawClient;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.TestProxy;
import dev.tailnetproxy.proxy.support.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two clients at the same time, through connections that are kept, at a target that does not read bodies (so that it takes
 * them for requests) and says more than it was asked: each gets its own responses, and nothing of the other's.
 */
class CrossedResponsesTest {

    private static final int REQUESTS = 60;

    private static String response(String client) {
        return "HTTP/1.1 200 OK\r\nx-client: " + client + "\r\ncontent-length: " + client.length() + "\r\n\r\n"
                + client;
    }

    /** Its response, and behind one to a request with a body what nobody has asked for. */
    private static RawTarget.Response talkative(String surplus) {
        return (request, out) -> {
            String client = request.values("x-client").stream().findFirst().orElse("nobody");
            boolean hadBody = !request.values("content-length").isEmpty()
                    || !request.values("transfer-encoding").isEmpty();
            out.write((response(client) + (hadBody ? surplus : "")).getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return true;
        };
    }

    private static String withBody(String framing, String client) {
        String smuggled = "GET /smuggled HTTP/1.1\r\nhost: a\r\nx-client: smuggled\r\n\r\n";
        return switch (framing) {
            case "short" ->
                "POST / HTTP/1.1\r\n" + TARGET + "x-client: " + client + "\r\ncontent-length: " + smuggled.length()
                        + "\r\n\r\n" + smuggled;
            case "long" -> {
                String body = smuggled.repeat(2000);
                yield "PUT / HTTP/1.1\r\n" + TARGET + "x-client: " + client + "\r\ncontent-length: " + body.length()
                        + "\r\n\r\n" + body;
            }
            default ->
                "POST / HTTP/1.1\r\n" + TARGET + "x-client: " + client + "\r\ntransfer-encoding: chunked\r\n\r\n"
                        + Integer.toHexString(smuggled.length()) + "\r\n" + smuggled + "\r\n0\r\n\r\n";
        };
    }

    @ParameterizedTest
    @CsvSource({"short, 1", "short, 16", "chunked, 1", "chunked, 16", "long, 1", "long, 16"})
    void eachClientReceivesItsOwnResponse(String framing, int connections) throws Exception {
        try (TestServer proxy = TestProxy.options().maxConnections(connections).listen()) {
            proxy.target().respondsBeforeBody(talkative(response("stray")));

            CompletableFuture<List<String>> hostile =
                    CompletableFuture.supplyAsync(() -> responses(proxy, withBody(framing, "hostile")));
            CompletableFuture<List<String>> honest = CompletableFuture.supplyAsync(
                    () -> responses(proxy, "GET / HTTP/1.1\r\n" + TARGET + "x-client: honest\r\n\r\n"));

            assertThat(honest.get(60, TimeUnit.SECONDS)).isEqualTo(Collections.nCopies(REQUESTS, "honest|honest"));
            List<String> others = new ArrayList<>(hostile.get(60, TimeUnit.SECONDS));
            others.removeAll(List.of("hostile|hostile"));
            assertThat(others).isEmpty();
        }
    }

    private static List<String> responses(TestServer proxy, String request) {
        List<String> responses = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            try (RawClient client = proxy.client()) {
                RawClient.ReceivedResponse response = client.send(request).response();
                responses.add(String.join(",", response.values("x-client")) + "|" + response.text());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return responses;
    }
}
