package dev.tailnetproxy.proxy.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.FunctionInvoker;
import dev.tailnetproxy.proxy.support.FunctionResponse;
import dev.tailnetproxy.proxy.support.MemoryQueue;
import dev.tailnetproxy.proxy.support.RawTarget;
import dev.tailnetproxy.proxy.support.SqsProtocolServer;
import dev.tailnetproxy.proxy.support.TestSqs;
import dev.tailnetproxy.proxy.support.TestTailnet;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The variables alone make the whole function accept into SQS and deliver from there. */
@QuarkusTest
@TestProfile(QueuedFunctionTest.Forwarder.class)
@WithTestResource(TestTailnet.class)
@WithTestResource(TestSqs.class)
class QueuedFunctionTest {

    /** The function's environment. */
    public static final class Forwarder implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("TS_FORWARDER_TARGET", "http://" + TestTailnet.PEER + "/base");
        }
    }

    private final TestTailnet tailnet = TestTailnet.current();

    private final SqsProtocolServer sqs = TestSqs.current().server();

    private static FunctionResponse deliver(String message) {
        return FunctionInvoker.invoke(new MemoryQueue("hooks")
                .event()
                .message("m1", message, Instant.now(), 1, "")
                .json());
    }

    @Test
    void targetThatIsAwayGetsItWhenItIsBack() {
        tailnet.target().reset();
        tailnet.target().responds(RawTarget.bytes("HTTP/1.1 503 X\r\ncontent-length: 0\r\n\r\n"));

        FunctionResponse accepted = FunctionInvoker.invoke(FunctionEventBuilder.request("POST", "/a?b=c")
                .httpApi("$default")
                .header("webhook-id", "msg_1")
                .text("{}"));

        assertThat(accepted.status()).isEqualTo(202);
        assertThat(tailnet.target().received()).isEmpty();
        String message = sqs.calls().get(0).parameters().getString("MessageBody");

        assertThat(deliver(message).json())
                .isEqualTo(new JsonObject("{\"batchItemFailures\":[{\"itemIdentifier\":\"m1\"}]}"));
        assertThat(sqs.calls().get(1).operation()).isEqualTo("ChangeMessageVisibility");

        tailnet.target().responds(RawTarget.bytes("HTTP/1.1 204 No Content\r\n\r\n"));
        assertThat(deliver(message).json()).isEqualTo(new JsonObject("{\"batchItemFailures\":[]}"));
        assertThat(tailnet.target().received()).hasSize(2).allSatisfy(seen -> {
            assertThat(seen.requestLine()).isEqualTo("POST /base/a?b=c HTTP/1.1");
            assertThat(seen.values("webhook-id")).containsExactly("msg_1");
        });
    }
}
