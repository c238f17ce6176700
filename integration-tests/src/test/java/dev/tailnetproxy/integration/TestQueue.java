package dev.tailnetproxy.integration;

import dev.tailnetproxy.localstack.functionurl.FunctionInvoker;
import dev.tailnetproxy.localstack.tailnet.SecretsManager;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A queue in moto's SQS, and the event source mapping that Lambda has for it. */
final class TestQueue {

    private static final String ACCOUNT = "123456789012";

    private final SecretsManager aws;
    private final String name;

    TestQueue(SecretsManager aws, String name) {
        this.aws = aws;
        this.name = name;
        aws.sqs("CreateQueue", new JsonObject().put("QueueName", name));
    }

    /** The URL in the tailnet's network. */
    String url() {
        return aws.endpoint() + "/" + ACCOUNT + "/" + name;
    }

    private JsonObject queue() {
        return new JsonObject().put("QueueUrl", url());
    }

    /** The messages that can be received now, at most one. */
    List<JsonObject> receive() {
        JsonArray messages = aws.sqs(
                        "ReceiveMessage",
                        queue().put("MaxNumberOfMessages", 1)
                                .put("VisibilityTimeout", 120)
                                .put("AttributeNames", new JsonArray().add("All"))
                                .put("MessageAttributeNames", new JsonArray().add("All")))
                .getJsonArray("Messages", new JsonArray());
        return messages.stream().map(JsonObject.class::cast).toList();
    }

    /** Invokes the function with a message, and deletes the message unless the function reports its failure. */
    boolean deliver(JsonObject message, FunctionInvoker function) throws IOException, InterruptedException {
        JsonObject event = new JsonObject()
                .put(
                        "Records",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("messageId", message.getString("MessageId"))
                                        .put("receiptHandle", message.getString("ReceiptHandle"))
                                        .put("body", message.getString("Body"))
                                        .put("attributes", message.getJsonObject("Attributes"))
                                        .put("eventSource", "aws:sqs")
                                        .put("eventSourceARN", "arn:aws:sqs:us-east-1:" + ACCOUNT + ":" + name)));
        FunctionInvoker.InvocationResult result = function.invoke(event.encode().getBytes(StandardCharsets.UTF_8));
        if (!(result instanceof FunctionInvoker.InvocationResult.Returned returned)) {
            throw new AssertionError("the invocation failed: " + result);
        }
        boolean delivered = new JsonObject(returned.json())
                .getJsonArray("batchItemFailures")
                .isEmpty();
        if (delivered) {
            aws.sqs("DeleteMessage", queue().put("ReceiptHandle", message.getString("ReceiptHandle")));
        }
        return delivered;
    }
}
