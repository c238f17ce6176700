package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.localstack.functionurl.RuntimeInterfaceEmulator;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Webhooks through a queue: the function in the emulator, moto's SQS, the tailnet, and a target that is away for a while. */
@FirstLane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueuedDeliveryIT {

    private final Tailnet tailnet;
    private final ScriptedTargetControl target;
    private final TestQueue queue;
    private final TestQueue deadLetters;

    @AutoClose
    private DeployedProxy proxy;

    private RuntimeInterfaceEmulator function;

    QueuedDeliveryIT(Tailnet tailnet) {
        this.tailnet = tailnet;
        this.target = new ScriptedTargetControl(tailnet.target().scriptedTarget());
        this.queue = new TestQueue(tailnet.secrets(), "webhooks");
        this.deadLetters = new TestQueue(tailnet.secrets(), "webhooks-dead");
    }

    @BeforeAll
    void deploy() {
        proxy = DeployedProxy.start(
                tailnet,
                Map.of(
                        "TS_HOSTNAME",
                        "queued",
                        "TS_FORWARDER_TARGET",
                        "http://" + Tailnet.TARGET_NAME + "/base",
                        "TS_FORWARDER_DELIVERY",
                        "queued",
                        "TS_FORWARDER_QUEUE_URL",
                        queue.url(),
                        "TS_FORWARDER_DEAD_LETTER_QUEUE_URL",
                        deadLetters.url(),
                        "AWS_ENDPOINT_URL_SQS",
                        tailnet.secrets().endpoint()));
        function = new RuntimeInterfaceEmulator(proxy.environment().invocations(), Duration.ofSeconds(60));
    }

    private static byte[] response(String status) {
        return ("HTTP/1.1 " + status + "\r\ncontent-length: 0\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private void accept(String path, byte[] body) throws Exception {
        JsonObject accepted = proxy.invoke(FunctionEventBuilder.request("POST", path)
                .httpApi("$default")
                .header("webhook-id", "msg_1")
                .bytes(body));

        assertThat(accepted.getInteger("statusCode")).as(accepted::encode).isEqualTo(202);
        assertThat(target.receivedRequests()).isEmpty();
    }

    private JsonObject nextMessage() {
        return await().atMost(Duration.ofSeconds(60))
                .until(queue::receive, messages -> !messages.isEmpty())
                .get(0);
    }

    @Test
    void targetThatIsAwayGetsWebhookWhenItIsBack() throws Exception {
        byte[] body = {0, 1, (byte) 0xff, (byte) 0xc0};
        target.respondWith(new byte[0], "close");
        accept("/github?a=1&a=%2B", body);

        assertThat(queue.deliver(nextMessage(), function)).isFalse();

        // The function has asked for a short delay; without that the message would be hidden for two minutes.
        JsonObject again = nextMessage();
        target.respondWith(response("204 No Content"), "keep");
        assertThat(queue.deliver(again, function)).isTrue();
        assertThat(target.receivedRequests()).singleElement().satisfies(seen -> {
            assertThat(seen.requestLine()).isEqualTo("POST /base/github?a=1&a=%2B HTTP/1.1");
            assertThat(seen.values("webhook-id")).containsExactly("msg_1");
            assertThat(seen.body()).isEqualTo(body);
        });
        assertThat(queue.receive()).isEmpty();
        assertThat(deadLetters.receive()).isEmpty();
    }

    @Test
    void webhookThatTargetRefusesIsDeadLetter() throws Exception {
        target.respondWith(response("410 Gone"), "keep");
        accept("/gone", new byte[0]);

        assertThat(queue.deliver(nextMessage(), function)).isTrue();

        JsonObject letter = deadLetters.receive().get(0);
        JsonObject attributes = letter.getJsonObject("MessageAttributes");
        assertThat(attributes.getJsonObject("cause").getString("StringValue")).isEqualTo("refused");
        assertThat(attributes.getJsonObject("status").getString("StringValue")).isEqualTo("410");
        assertThat(attributes.getJsonObject("path").getString("StringValue")).isEqualTo("/gone");
    }
}
