package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import dev.tailnetproxy.localstack.tailnet.WebhookReceiverControl;
import dev.tailnetproxy.testkit.CdkCli;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The scenario {@code webhook} with its queue, deployed by the CDK CLI: webhooks come to the printed URL. The steps build on each
 * other.
 */
@SecondLane
@ExtendWith(AwsDeploymentExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeployedWebhookIT {

    private static final String STACK = "TailnetProxyWebhook";
    private static final String HOSTNAME = "deployed-webhook";
    private static final String SECRET_NAME = "webhooks/deployed";
    private static final String SECRET = "deployed-webhook-secret";
    private static final String BODY = "{\"zen\":\"Keep it logically awesome.\"}";
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    /** The local API names this address as the source of every request. */
    private static final String OWN_NETWORK = "127.0.0.0/8";

    private static final String OTHER_NETWORK = "203.0.113.0/24";

    private final Tailnet tailnet;
    private final AwsDeployment deployment;
    private final WebhookReceiverControl receiver;
    private URI url = URI.create("https://not-deployed-yet.invalid/");

    DeployedWebhookIT(Tailnet tailnet, AwsDeployment deployment) {
        this.tailnet = tailnet;
        this.deployment = deployment;
        this.receiver = tailnet.target().webhooks();
    }

    @BeforeAll
    void createSecret() throws Exception {
        receiver.setSecret(SECRET);
        deployment.cdk().createSecret(SECRET_NAME, SECRET);
    }

    @AfterAll
    void openReceiver() throws Exception {
        receiver.open();
    }

    private Map<String, String> settings(String sources) {
        Map<String, String> settings = deployment.cdk().tailnetSettings();
        settings.put("scenario", "webhook");
        settings.put("hostname", HOSTNAME);
        settings.put("target", "http://" + Tailnet.TARGET_NAME + ":" + TargetNode.WEBHOOK_PORT + "/hooks");
        settings.put("sources", sources);
        settings.put("decisionCacheSeconds", "0");
        settings.put("verify", "github");
        settings.put("webhookSecret", SECRET_NAME);
        settings.put("delivery", "queued");
        return settings;
    }

    @Test
    @Order(1)
    void refusesSourceOutsideOfCidr() throws Exception {
        Map<String, String> outputs = CdkCli.outputs(deployment.deploy(settings(OTHER_NETWORK)));

        assertThat(outputs).containsKeys("WebhookUrl", "QueueUrl", "DeadLetterQueueUrl");
        url = URI.create(outputs.getOrDefault("WebhookUrl", ""));
        assertThat(url.getHost()).endsWith(".execute-api.us-east-1.amazonaws.com");
        deployment.client().resolve(url);
        assertThat(send(SECRET)).isEqualTo(403);
        assertThat(receiver.deliveries().getInteger("connections")).isZero();
    }

    @Test
    @Order(2)
    void refusesWrongSignatureOfAllowedSource() throws Exception {
        Map<String, String> outputs = CdkCli.outputs(deployment.deploy(settings(OWN_NETWORK)));

        assertThat(outputs).containsEntry("WebhookUrl", url.toString());
        assertThat(send("guessed")).isEqualTo(401);
        assertThat(receiver.deliveries().getInteger("connections")).isZero();
    }

    @Test
    @Order(3)
    void signedWebhookArrives() throws Exception {
        assertThat(send(SECRET)).isEqualTo(202);

        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(accepted()).hasSize(1));
        JsonObject seen = accepted().getJsonObject(0);
        assertThat(seen.getString("method")).isEqualTo("POST");
        assertThat(seen.getString("requestTarget")).isEqualTo("/hooks/github?from=aws");
    }

    @Test
    @Order(4)
    void webhookWaitsInQueueWhileTargetIsAway() throws Exception {
        receiver.close();

        assertThat(send(SECRET)).isEqualTo(202);
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(deployment.aws().functionLogs()).contains("\"delayMs\""));
        receiver.open();

        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(accepted()).hasSize(2));
    }

    @Test
    @Order(5)
    void destroyLeavesNothing() throws Exception {
        deployment.cdk().runAssembled("destroy", List.of("--force"));
        deployment.aws().endExecutionEnvironments();

        assertThat(new DeployedAccount(deployment.api(), STACK).remains()).isEmpty();
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(tailnet.control().nodeNames())
                .noneMatch(name -> name.startsWith(HOSTNAME)));
    }

    private JsonArray accepted() throws Exception {
        return receiver.deliveries().getJsonArray("accepted");
    }

    private int send(String secret) {
        List<String> arguments = new ArrayList<>(List.of(
                "--header",
                WebhookSignatures.github(secret, BODY.getBytes(StandardCharsets.UTF_8)),
                "--header",
                "Content-Type: application/json",
                "--data-binary",
                BODY));
        arguments.add(url.resolve("github?from=aws").toString());
        return deployment.client().curl(arguments).status();
    }
}
