package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailnetproxy.cdk.support.TestStack;
import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;

class WebhookQueueTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String QUEUE = "AWS::SQS::Queue";

    @TempDir
    private Path folder;

    private TestStack testStack;

    @BeforeEach
    void testStack() {
        testStack = new TestStack(folder);
    }

    private WebhookQueueProps.Builder props() {
        return WebhookQueueProps.builder().forwarder(forwarder(30, options -> {}));
    }

    private TailnetForwarder forwarder(int timeoutSeconds, Consumer<ForwarderOptions.Builder> more) {
        ForwarderOptions.Builder options =
                ForwarderOptions.builder().target("http://orders:8080").timeout(Duration.seconds(10));
        more.accept(options);
        return testStack.forwarder(
                props -> props.timeout(Duration.seconds(timeoutSeconds)).forwarder(options.build()));
    }

    private WebhookQueue queue(Consumer<WebhookQueueProps.Builder> more) {
        WebhookQueueProps.Builder props = props();
        more.accept(props);
        return new WebhookQueue(testStack.stack(), "Webhooks", props.build());
    }

    private JsonNode resource(String type, String idPrefix) {
        return testStack.resource(type, idPrefix);
    }

    @Test
    void queuesAreEncryptedAndKept() {
        queue(props -> {});

        for (String id : List.of("WebhooksQueue", "WebhooksDeadLetterQueue")) {
            JsonNode queue = resource(QUEUE, id);
            assertThat(queue.at("/Properties/SqsManagedSseEnabled").asBoolean()).isTrue();
            assertThat(queue.at("/Properties/MessageRetentionPeriod").asInt()).isEqualTo(14 * 24 * 3600);
            assertThat(queue.at("/Properties/FifoQueue").isMissingNode()).isTrue();
            assertThat(queue.at("/DeletionPolicy").asText()).isEqualTo("Retain");
        }
        JsonNode properties = resource(QUEUE, "WebhooksQueue").at("/Properties");
        assertThat(properties.at("/VisibilityTimeout").asInt()).isEqualTo(180);
        assertThat(properties.at("/RedrivePolicy/maxReceiveCount").asInt()).isEqualTo(1000);
        assertThat(properties
                        .at("/RedrivePolicy/deadLetterTargetArn/Fn::GetAtt/0")
                        .asText())
                .startsWith("WebhooksDeadLetterQueue");
    }

    @ParameterizedTest
    @CsvSource({"ALL, ''", "PATH, path"})
    void orderNeedsFifoQueues(WebhookQueueProps.Order order, String variable) {
        queue(props -> props.order(order));

        assertThat(resource(QUEUE, "WebhooksQueue").at("/Properties/FifoQueue").asBoolean())
                .isTrue();
        assertThat(resource(QUEUE, "WebhooksDeadLetterQueue")
                        .at("/Properties/FifoQueue")
                        .asBoolean())
                .isTrue();
        assertThat(testStack.variables().getOrDefault("TS_FORWARDER_QUEUE_ORDER", ""))
                .isEqualTo(variable);
    }

    @Test
    void forwarderGetsVariables() {
        queue(props -> props.giveUp(Duration.hours(2)));

        Map<String, String> variables = testStack.variables();
        assertThat(variables)
                .containsEntry("TS_FORWARDER_DELIVERY", "queued")
                .containsEntry("TS_FORWARDER_GIVE_UP_SECONDS", "7200");
        assertThat(variables.get("TS_FORWARDER_QUEUE_URL")).contains("WebhooksQueue");
        assertThat(variables.get("TS_FORWARDER_DEAD_LETTER_QUEUE_URL")).contains("WebhooksDeadLetterQueue");
    }

    @Test
    void failuresAreReportedOneByOne() {
        queue(props -> props.batchSize(10).maxConcurrency(2));

        JsonNode mapping =
                testStack.onlyResource("AWS::Lambda::EventSourceMapping").at("/Properties");
        assertThat(mapping.at("/FunctionResponseTypes/0").asText()).isEqualTo("ReportBatchItemFailures");
        assertThat(mapping.at("/BatchSize").asInt()).isEqualTo(10);
        assertThat(mapping.at("/ScalingConfig/MaximumConcurrency").asInt()).isEqualTo(2);
        assertThat(mapping.at("/EventSourceArn/Fn::GetAtt/0").asText()).startsWith("WebhooksQueue");
    }

    /** Sending into both; receiving from the one, and never from the dead letters. */
    @Test
    void forwarderHasNoMoreRights() {
        queue(props -> {});

        Set<String> granted = new TreeSet<>();
        for (JsonNode statement : TestStack.json(testStack.template()).findParents("Effect")) {
            boolean ofSqs = statement.path("Action").toString().contains("sqs:");
            if (ofSqs && statement.path("Effect").asText().equals("Allow")) {
                // The CDK joins statements with the same actions.
                for (JsonNode resource : each(statement.path("Resource"))) {
                    String queue = resource.at("/Fn::GetAtt/0").asText().replaceFirst("[0-9A-F]{8}$", "");
                    each(statement.path("Action")).forEach(action -> granted.add(queue + " " + action.asText()));
                }
            }
        }
        assertThat(granted)
                .containsExactlyInAnyOrder(
                        "WebhooksQueue sqs:SendMessage",
                        "WebhooksDeadLetterQueue sqs:SendMessage",
                        "WebhooksQueue sqs:ReceiveMessage",
                        "WebhooksQueue sqs:ChangeMessageVisibility",
                        "WebhooksQueue sqs:GetQueueUrl",
                        "WebhooksQueue sqs:DeleteMessage",
                        "WebhooksQueue sqs:GetQueueAttributes");
    }

    private static List<JsonNode> each(JsonNode oneOrMore) {
        return oneOrMore.isArray() ? oneOrMore.valueStream().toList() : List.of(oneOrMore);
    }

    @Test
    void plaintextIsDenied() {
        queue(props -> {});

        Map<String, Map<String, Object>> policies = testStack.template().findResources("AWS::SQS::QueuePolicy");
        assertThat(policies).hasSize(2);
        policies.values().forEach(policy -> assertThat(JSON.<JsonNode>valueToTree(policy)
                        .at("/Properties/PolicyDocument/Statement/0")
                        .toString())
                .contains("\"Effect\":\"Deny\"", "\"aws:SecureTransport\":\"false\""));
    }

    @Test
    void alarmsTellOfOldMessagesAndDeadLetters() {
        assertThat(queue(props -> props.oldestMessageAlarm(Duration.minutes(30)))
                        .getAlarms())
                .hasSize(2);

        JsonNode oldest =
                resource("AWS::CloudWatch::Alarm", "WebhooksOldestMessage").at("/Properties");
        assertThat(oldest.at("/MetricName").asText()).isEqualTo("ApproximateAgeOfOldestMessage");
        assertThat(oldest.at("/Threshold").asInt()).isEqualTo(1800);
        assertThat(oldest.at("/Dimensions/0/Value/Fn::GetAtt/0").asText()).startsWith("WebhooksQueue");
        JsonNode dead =
                resource("AWS::CloudWatch::Alarm", "WebhooksDeadLetters").at("/Properties");
        assertThat(dead.at("/MetricName").asText()).isEqualTo("ApproximateNumberOfMessagesVisible");
        assertThat(dead.at("/Threshold").asInt()).isEqualTo(1);
        assertThat(dead.at("/Dimensions/0/Value/Fn::GetAtt/0").asText()).startsWith("WebhooksDeadLetterQueue");
    }

    @Test
    void cdkNagFindsNothingInQueues() {
        WebhookQueue queue = queue(props -> {});
        Aspects.of(queue).add(new AwsSolutionsChecks());

        Annotations found = Annotations.fromStack(testStack.stack());
        found.hasNoError("*", Match.stringLikeRegexp("AwsSolutions-.*"));
        found.hasNoWarning("*", Match.stringLikeRegexp("AwsSolutions-.*"));
    }

    static Stream<Arguments> wrongProps() {
        return Stream.of(
                wrong("giveUp is 59000 ms", props -> props.giveUp(Duration.seconds(59))),
                wrong("giveUp is 604801000 ms", props -> props.giveUp(Duration.seconds(604_801))),
                wrong("batchSize is 0", props -> props.batchSize(0)),
                wrong("batchSize is 11", props -> props.batchSize(11)),
                wrong("maxConcurrency is 1", props -> props.maxConcurrency(1)),
                wrong("oldestMessageAlarm is 1000 ms", props -> props.oldestMessageAlarm(Duration.seconds(1))));
    }

    private static Arguments wrong(String message, Consumer<WebhookQueueProps.Builder> change) {
        return Arguments.of(message, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongProps")
    void wrongPropertyIsRefused(String message, Consumer<WebhookQueueProps.Builder> change) {
        assertThatThrownBy(() -> queue(change))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    /** There would be no time left for an attempt. */
    @Test
    void shortTimeoutIsRefused() {
        WebhookQueueProps.Builder props = WebhookQueueProps.builder().forwarder(forwarder(14, options -> {}));

        assertThatThrownBy(props::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("forwarder's timeout is 14000 ms");
    }

    /** The function would refuse to start. */
    @Test
    void responseOfTheTargetIsRefused() {
        WebhookQueueProps.Builder props =
                WebhookQueueProps.builder().forwarder(forwarder(30, options -> options.response(ResponseDetail.FULL)));

        assertThatThrownBy(props::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("forwarder.response has no effect with a queue");
    }
}
