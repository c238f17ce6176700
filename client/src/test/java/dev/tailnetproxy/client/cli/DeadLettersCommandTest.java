package dev.tailnetproxy.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operators' view of dead letters, against a server that speaks SQS's protocol (AWS JSON 1.0). */
class DeadLettersCommandTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/dead";
    private static final String DESTINATION = "https://sqs.eu-central-1.amazonaws.com/123456789012/hooks";

    private static final String GIVEN_UP =
            """
            {"MessageId":"own-id","ReceiptHandle":"h1","Body":"secret-body",
             "Attributes":{"SentTimestamp":"1700003000000"},
             "MessageAttributes":{
              "cause":{"DataType":"String","StringValue":"given-up"},
              "status":{"DataType":"Number","StringValue":"503"},
              "receives":{"DataType":"Number","StringValue":"42"},
              "sentAt":{"DataType":"Number","StringValue":"1700000000000"},
              "messageId":{"DataType":"String","StringValue":"first-id"},
              "method":{"DataType":"String","StringValue":"POST"},
              "path":{"DataType":"String","StringValue":"/hooks/a"}}}""";

    /** As SQS itself moves one, and as somebody else may write one. */
    private static final String HOSTILE =
            """
            {"MessageId":"m2","ReceiptHandle":"h2","Body":"secret-body",
             "MessageAttributes":{
              "path":{"DataType":"String","StringValue":"/\\u001b[2J\\tx\\n"},
              "sentAt":{"DataType":"Number","StringValue":"never"}}}""";

    /** One call of SQS. */
    private record Call(String operation, JsonNode parameters) {}

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Deque<String> receives = new ArrayDeque<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StringWriter errors = new StringWriter();
    private final HttpServer sqs = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final Map<String, String> properties = Map.of(
            "aws.accessKeyId", "AKIATEST",
            "aws.secretAccessKey", "test-secret",
            "aws.region", "eu-central-1",
            "aws.endpointUrlSqs", "http://127.0.0.1:" + sqs.getAddress().getPort());
    private boolean refuses;

    DeadLettersCommandTest() throws IOException {}

    @BeforeEach
    void listen() {
        System.getProperties().putAll(properties);
        sqs.createContext("/", this::respond);
        sqs.start();
    }

    @AfterEach
    void stop() {
        sqs.stop(0);
        properties.keySet().forEach(System::clearProperty);
    }

    private void respond(HttpExchange exchange) throws IOException {
        String operation = exchange.getRequestHeaders().getFirst("X-Amz-Target").replace("AmazonSQS.", "");
        calls.add(new Call(operation, JSON.readTree(exchange.getRequestBody())));
        byte[] response = (refuses
                        ? "{\"__type\":\"com.amazonaws.sqs#AccessDeniedException\",\"message\":\"no policy allows it\"}"
                        : response(operation))
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("content-type", "application/x-amz-json-1.0");
        exchange.sendResponseHeaders(refuses ? 400 : 200, response.length);
        try (exchange) {
            exchange.getResponseBody().write(response);
        }
    }

    private String response(String operation) {
        return switch (operation) {
            case "ReceiveMessage" -> "{\"Messages\":[" + (receives.isEmpty() ? "" : receives.removeFirst()) + "]}";
            case "GetQueueAttributes" ->
                "{\"Attributes\":{\"QueueArn\":\"arn:of:"
                        + last().parameters().path("QueueUrl").asText() + "\"}}";
            default -> "{}";
        };
    }

    private Call last() {
        return calls.get(calls.size() - 1);
    }

    private int run(String... arguments) {
        Clock clock = Clock.fixed(Instant.ofEpochMilli(1_700_007_200_000L), ZoneOffset.UTC);
        return DeadLettersCommand.run(
                out, new PrintWriter(errors, true), DeadLetterQueue::fromEnvironment, clock, arguments);
    }

    private List<String> lines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private List<String> operations() {
        return calls.stream().map(Call::operation).toList();
    }

    @Test
    void listsLettersAndReleasesThem() {
        receives.add(GIVEN_UP);
        receives.add(HOSTILE);

        assertThat(run("list", "--queue-url", QUEUE)).as(errors::toString).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("secret-body");
        assertThat(lines())
                .containsExactly(
                        "first-id\t2023-11-14T22:13:20Z\t2h\t42\tgiven-up\t503\tPOST\t/hooks/a",
                        "m2\t-\t-\t-\t-\t-\t-\t/?[2J?x?");
        assertThat(errors.toString()).isEqualTo("2 dead letters" + System.lineSeparator());
        assertThat(operations())
                .containsExactly(
                        "ReceiveMessage",
                        "ReceiveMessage",
                        "ReceiveMessage",
                        "ChangeMessageVisibility",
                        "ChangeMessageVisibility");
        assertThat(last().parameters().path("VisibilityTimeout").asInt(-1)).isZero();
    }

    @Test
    void stopsAtMaximum() {
        receives.add(GIVEN_UP);
        receives.add(HOSTILE);

        assertThat(run("list", "--queue-url", QUEUE, "--max", "1")).isZero();

        assertThat(lines()).hasSize(1);
        assertThat(calls.get(0).parameters().path("MaxNumberOfMessages").asInt())
                .isOne();
        assertThat(errors.toString()).startsWith("1 dead letters, and there may be more");
    }

    @Test
    void redriveIsSqsOwn() {
        assertThat(run("redrive", "--queue-url", QUEUE, "--to", DESTINATION, "--rate", "5"))
                .isZero();

        assertThat(last().operation()).isEqualTo("StartMessageMoveTask");
        assertThat(last().parameters().path("SourceArn").asText()).isEqualTo("arn:of:" + QUEUE);
        assertThat(last().parameters().path("DestinationArn").asText()).isEqualTo("arn:of:" + DESTINATION);
        assertThat(last().parameters().path("MaxNumberOfMessagesPerSecond").asInt())
                .isEqualTo(5);
        assertThat(operations()).doesNotContain("ReceiveMessage", "DeleteMessage");
    }

    @Test
    void refusalIsASentence() {
        refuses = true;

        assertThat(run("list", "--queue-url", QUEUE)).isEqualTo(4);

        assertThat(errors.toString()).startsWith("SQS: no policy allows it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "list",
                "list --queue-url",
                "list --queue-url https://q --max ten",
                "redrive --queue-url https://q",
                "redrive --to https://q",
                "redrive --queue-url https://q --to https://p --rate 0",
                "redrive --queue-url https://q --to https://p --rate 501",
                "purge --queue-url https://q",
                "--queue-url https://q",
                "",
            })
    void wrongCommandLineIsUsage(String line) {
        assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(1);
        assertThat(calls).isEmpty();
    }
}
