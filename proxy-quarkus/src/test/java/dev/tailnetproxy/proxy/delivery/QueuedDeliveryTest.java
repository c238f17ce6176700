package dev.tailnetproxy.proxy.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.forwarding.SenderCheck;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.support.CapturedLog;
import dev.tailnetproxy.proxy.support.FunctionResponse;
import dev.tailnetproxy.proxy.support.MemoryQueue;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How requests get into the queue. */
class QueuedDeliveryTest {

    /** Accepts every request, with the id that the sender has signed. */
    private static final SenderCheck SIGNED_ID = new SenderCheck() {
        @Override
        public Optional<String> refusal(ProxyRequest request, byte[] body) {
            return Optional.empty();
        }

        @Override
        public Optional<String> signedId(ProxyRequest request, byte[] body) {
            return request.headers().first("webhook-id");
        }
    };

    private static FunctionEventBuilder post(String path) {
        return FunctionEventBuilder.request("POST", path).httpApi("$default");
    }

    private static FunctionResponse invoke(DeliveryFixture fixture, FunctionEventBuilder event) throws IOException {
        return fixture.proxy().function().invoke(event.json(), 30_000);
    }

    @Test
    void requestIsKeptAndAccepted() throws Exception {
        byte[] body = {0, 1, (byte) 0xff};
        CapturedLog log = CapturedLog.of("dev.tailnetproxy.proxy.request");
        try (DeliveryFixture fixture = DeliveryFixture.standard();
                log) {
            FunctionResponse response = invoke(
                    fixture,
                    post("/github/grün?a=1&a=2&b=%2B")
                            .header("x-hub-signature-256", "sha256=00")
                            .header("authorization", "Bearer of-the-sender")
                            .header("x-forwarded-for", "127.0.0.1")
                            .header("connection", "x-hop")
                            .header("x-hop", "1")
                            .header("ts-target-ip", "127.0.0.1")
                            .bytes(body));

            assertThat(response.status()).isEqualTo(202);
            assertThat(response.header("content-type")).isEqualTo("application/json");
            assertThat(new JsonObject(response.text()).getMap()).isEqualTo(Map.of("id", "message-1"));
            MemoryQueue.Put put = fixture.queue.puts().get(0);
            assertThat(put.position()).isEmpty();
            JsonObject message = new JsonObject(put.message());
            assertThat(message.getInteger("version")).isOne();
            assertThat(message.getString("method")).isEqualTo("POST");
            assertThat(message.getString("path")).isEqualTo("/github/gr%C3%BCn");
            assertThat(message.getString("query")).isEqualTo("a=1&a=2&b=%2B");
            assertThat(Base64.getDecoder().decode(message.getString("body"))).isEqualTo(body);
            assertThat(message.getString("source")).isEqualTo("203.0.113.7");
            assertThat(names(message.getJsonArray("headers")))
                    .contains("x-hub-signature-256", "authorization")
                    .doesNotContain("x-forwarded-for", "connection", "x-hop", "ts-target-ip", "host");
            assertThat(fixture.proxy().socks().dials()).isEmpty();
        }
        assertThat(log.records()).singleElement().satisfies(line -> assertThat(line.getMdcCopy())
                .containsEntry("status", "202")
                .containsEntry("reason", "queued as message message-1"));
    }

    private static List<String> names(JsonArray headers) {
        return headers.stream().map(pair -> ((JsonArray) pair).getString(0)).toList();
    }

    /** A gateway has verified it; whoever reads the queue could use it until it expires. */
    @Test
    void credentialsOfSignedCallAreNotKept() throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.standard()) {
            invoke(
                    fixture,
                    post("/a?X-Amz-Signature=00&b=1")
                            .principal("arn:aws:iam::123456789012:user/sender")
                            .header("x-amz-security-token", "of-the-call")
                            .text("{}"));

            assertThat(fixture.queue.puts().get(0).message()).doesNotContain("of-the-call", "X-Amz-Signature");
        }
    }

    @Test
    void refusedRequestIsNotKept() throws Exception {
        try (DeliveryFixture fixture =
                DeliveryFixture.checked((request, body) -> Optional.of("the signature is another one"))) {
            assertThat(invoke(fixture, post("/a").text("{}")).status()).isEqualTo(401);
            assertThat(invoke(fixture, post("/a/../b").text("{}")).status()).isEqualTo(400);
            assertThat(fixture.queue.puts()).isEmpty();
        }
    }

    /** The tailnet's state is of no concern to a sender. */
    @Test
    void requestIsAcceptedWithoutTailnet() throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.standard()) {
            fixture.proxy().localApi().close();
            fixture.proxy().socks().close();

            assertThat(invoke(fixture, post("/a").text("{}")).status()).isEqualTo(202);
        }
    }

    @Test
    void senderRepeatsWhatTheQueueDoesNotAccept() throws Exception {
        CapturedLog log = CapturedLog.of("dev.tailnetproxy.proxy.request");
        try (DeliveryFixture fixture = DeliveryFixture.standard();
                log) {
            fixture.queue.fails(new QueueException("no policy allows it"));

            FunctionResponse response = invoke(fixture, post("/a").text("{}"));

            assertThat(response.status()).isEqualTo(503);
            assertThat(response.header("retry-after")).isEqualTo("1");
            assertThat(response.json().encode()).doesNotContain("policy", "ueue");
        }
        assertThat(log.records()).singleElement().satisfies(line -> assertThat(line.getMdcCopy())
                .containsEntry("error", "QueueUnavailable")
                .containsEntry("reason", "the queue did not accept it: no policy allows it"));
    }

    /** SQS takes 1 MiB, of which base64 takes a quarter, and a dead letter's attributes a KiB. */
    @ParameterizedTest
    @CsvSource({"784000, 202", "786432, 413", "1048576, 413", "4000000, 413"})
    void requestThatDoesNotFitIsRefused(int bytes, int status) throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.standard()) {
            assertThat(invoke(fixture, post("/a").bytes(new byte[bytes])).status())
                    .isEqualTo(status);
            assertThat(fixture.queue.puts()).hasSize(status == 202 ? 1 : 0);
            fixture.queue.puts().forEach(put -> assertThat(put.message().length())
                    .isLessThanOrEqualTo(1024 * 1024 - 1024));
        }
    }

    /** Escapes in JSON count. */
    @Test
    void messageIsAscii() throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.standard()) {
            invoke(fixture, post("/a").header("x-name", "Zürich \uD83D\uDE00").text("{}"));

            assertThat(fixture.queue.puts().get(0).message()).matches("[ -~]+");
        }
    }

    @Test
    void signedIdMakesRepeatsOne() throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.fifo(SIGNED_ID)) {
            for (String id : List.of("msg_1", "msg_1", "msg_2 " + "x".repeat(500))) {
                invoke(fixture, post("/a").header("webhook-id", id).text("{}"));
            }

            List<String> ids = fixture.queue.puts().stream()
                    .map(put -> put.position().orElseThrow().deduplicationId())
                    .toList();
            assertThat(ids.get(0)).isEqualTo(ids.get(1)).isNotEqualTo(ids.get(2));
            assertThat(ids).allMatch(id -> id.matches("[0-9a-f]{64}"));
        }
    }

    /** Anybody on the way could give two requests one id. */
    @ParameterizedTest
    @ValueSource(strings = {"webhook-id", "x-github-delivery"})
    void unsignedIdDoesNot(String name) throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.fifo(SenderCheck.none())) {
            invoke(fixture, post("/a").header(name, "1").text("{}"));
            invoke(fixture, post("/a").header(name, "1").text("{}"));

            assertThat(fixture.queue.puts().stream()
                            .map(put -> put.position().orElseThrow().deduplicationId()))
                    .doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @CsvSource({"all, 1", "path, 2"})
    void orderIsOfAllOrOfEachPath(String order, int groups) throws Exception {
        try (DeliveryFixture fixture = DeliveryFixture.fifo(SenderCheck.none(), "QUEUE_ORDER", order)) {
            for (String path : List.of("/a", "/b" + "x".repeat(300), "/a")) {
                invoke(fixture, post(path).text("{}"));
            }

            List<String> names = fixture.queue.puts().stream()
                    .map(put -> put.position().orElseThrow().group())
                    .toList();
            assertThat(names.get(0)).isEqualTo(names.get(2));
            assertThat(names.stream().distinct()).hasSize(groups);
            assertThat(names).allMatch(name -> name.length() <= 128);
        }
    }
}
