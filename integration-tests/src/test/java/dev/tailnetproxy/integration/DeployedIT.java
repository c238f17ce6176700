package dev.tailnetproxy.integration;

import static dev.tailnetproxy.localstack.target.TargetService.HELLO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.localstack.aws.ClientMachine.HttpResult;
import dev.tailnetproxy.localstack.aws.LocalIam;
import dev.tailnetproxy.localstack.aws.LocalIam.RolePolicy;
import dev.tailnetproxy.localstack.functionurl.AccessKey;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import dev.tailnetproxy.testkit.CdkCli;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.testcontainers.containers.Container.ExecResult;

/**
 * "Deploy it" of README.md, from an empty account to the response of a private machine and back, with the archives that were
 * built. The steps build on each other. docs/deploying.md lists what the local AWS does not check.
 */
@SecondLane
@ExtendWith(AwsDeploymentExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeployedIT {

    private static final String STACK = "TailnetProxy";
    private static final String CALLER = "caller";
    private static final String HOSTNAME = "deployed-proxy";
    private static final String OTHER_HOSTNAME = "renamed-proxy";
    private static final String TARGET = Tailnet.TARGET_NAME + ":" + TargetNode.SERVICE_PORT;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int WARM = 2;

    private final Tailnet tailnet;
    private final AwsDeployment deployment;
    private final DeployedAccount account;
    private AccessKey caller = AccessKey.LOCAL;
    private AccessKey stranger = AccessKey.LOCAL;
    private Map<String, String> outputs = Map.of();

    DeployedIT(Tailnet tailnet, AwsDeployment deployment) {
        this.tailnet = tailnet;
        this.deployment = deployment;
        this.account = new DeployedAccount(deployment.api(), STACK);
    }

    @BeforeAll
    void createUsers() {
        caller = deployment.aws().iam().createUser(CALLER);
        stranger = deployment.aws().iam().createUser("stranger");
    }

    /** Everything on, so that every type of resource is deployed. */
    private Map<String, String> settings() {
        Map<String, String> settings = deployment.cdk().tailnetSettings();
        settings.put("hostname", HOSTNAME);
        settings.put("callers", LocalIam.arnOf(CALLER));
        settings.put("warmEnvironments", Integer.toString(WARM));
        settings.put("alarms", "true");
        settings.put("dashboard", "true");
        return settings;
    }

    /** Another name, and one execution environment at most. */
    private Map<String, String> otherSettings() {
        Map<String, String> settings = settings();
        settings.put("hostname", OTHER_HOSTNAME);
        settings.put("warmEnvironments", "1");
        settings.put("reservedConcurrentExecutions", "1");
        return settings;
    }

    /** The warmer's rule would send its events at each fifth minute of the clock, in the middle of a test. */
    private String deploy(Map<String, String> settings) throws Exception {
        String printed = deployment.deploy(settings);
        account.disableRules();
        return printed;
    }

    @Test
    @Order(1)
    void deploysWithCommandOfReadme() throws Exception {
        String printed = deploy(settings());

        outputs = CdkCli.outputs(printed);
        deployment.client().resolve(url());
        assertThat(printed).contains("deploys the ", " build of the proxy, ");
        assertThat(url().getHost()).endsWith(".lambda-url.us-east-1.on.aws");
    }

    @Test
    @Order(2)
    void createsEveryResourceOfTemplate() throws Exception {
        Set<String> wanted = new TreeSet<>();
        DeployedArchives.template(deployment, STACK)
                .getJsonObject("Resources")
                .forEach(resource -> wanted.add(resource.getKey()));

        assertThat(account.resources()).containsAll(wanted);
    }

    @Test
    @Order(3)
    void deploysArchivesThatWereBuilt() throws Exception {
        JsonObject function = account.function(output("FunctionName"));

        assertThat(function.getString("CodeSha256")).isEqualTo(DeployedArchives.functionSha256());
        assertThat(function.getInteger("Timeout")).isEqualTo(60);
        assertThat(function.getJsonArray("Layers")).hasSize(2);
        assertThat(function.getJsonObject("Environment")
                        .getJsonObject("Variables")
                        .getMap())
                .containsEntry("TS_SECRET_API_KEY", "tailscale/auth-key")
                .containsEntry("TS_HOSTNAME", HOSTNAME);
        assertThat(DeployedArchives.layerSha256(deployment, output("LayerArn")))
                .isEqualTo(DeployedArchives.builtLayerSha256(deployment, STACK));
    }

    @Test
    @Order(4)
    void diffIsEmptyAfterDeployment() throws Exception {
        assertThat(deployment.readmeCommand("diff", settings(), "--fail")).contains("There were no differences");
    }

    /** What a request lacks that is refused. */
    private enum Lack {
        SIGNATURE,
        SECRET,
        KEY,
        PERMISSION
    }

    /** No execution environment is there before, so that one would show that the function ran. */
    @ParameterizedTest
    @EnumSource
    @Order(5)
    void refusesRequestWithoutRunningFunction(Lack lack) {
        int status =
                switch (lack) {
                    case SIGNATURE -> unsigned().status();
                    case SECRET -> refusal(new AccessKey(caller.id(), "guessed"));
                    case KEY -> refusal(new AccessKey("AKIAUNKNOWNUNKNOWN00", caller.secret()));
                    case PERMISSION -> refusal(stranger);
                };

        assertThat(status).isEqualTo(403);
        assertThat(deployment.aws().executionEnvironments()).isEmpty();
    }

    private HttpResult unsigned() {
        return deployment.client().curl(List.of(url() + "hello", "-H", "ts-target-ip: target"));
    }

    /** The status that the client's command line names in its error. */
    private int refusal(AccessKey key) {
        ExecResult refused = request(key, "--no-retry");
        assertThat(refused.getExitCode()).as(refused.getStderr()).isEqualTo(3);
        return refused.getStderr().contains("403") ? 403 : 0;
    }

    @Test
    @Order(6)
    void commandOfReadmeGetsResponseOfPrivateMachine() {
        List<String> arguments = deployment.clientArguments().stream()
                .map(word -> word.equals("FunctionUrl") ? url().toString() : word)
                .map(word -> word.equals("my-machine:8080") ? TARGET : word)
                .toList();

        ExecResult response = deployment.client().commandLine(caller, arguments);

        assertThat(response.getStdout())
                .as(response.getStderr())
                .startsWith("HTTP 200\n")
                .endsWith(HELLO);
        // The client may have repeated the request while the first environment was busy with joining.
        assertThat(nodes(HOSTNAME)).isNotEmpty();
    }

    @Test
    @Order(7)
    void joinsAgainWhenRoleGetsItsRightsBack() {
        String role = output("RoleArn").replaceFirst(".*/", "");
        List<RolePolicy> rights = deployment.aws().iam().takePolicies(role);
        deployment.aws().endExecutionEnvironments();
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(nodes(HOSTNAME)).isEmpty());

        ExecResult refused = request(caller, "--no-retry");
        rights.forEach(deployment.aws().iam()::put);

        assertThat(rights).isNotEmpty();
        assertThat(refused.getExitCode()).isEqualTo(2);
        assertThat(refused.getStderr()).contains("503", "TailnetUnavailable", "AccessDenied");
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(request(caller).getStdout()).endsWith(HELLO));
    }

    @Test
    @Order(8)
    void eventsOfWarmerLetEnvironmentsJoin() {
        List<String> events = account.events();

        events.forEach(event -> account.invokeLater(output("FunctionName"), event));

        assertThat(events).hasSize(WARM);
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(nodes(HOSTNAME)).hasSizeGreaterThanOrEqualTo(WARM));
    }

    @Test
    @Order(9)
    void updateReplacesNodeBehindSameUrl() throws Exception {
        String before = output("FunctionUrl");

        outputs = CdkCli.outputs(deploy(otherSettings()));

        assertThat(outputs).containsEntry("FunctionUrl", before);
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(nodes(HOSTNAME)).isEmpty());
        assertThat(request(caller).getStdout()).endsWith(HELLO);
        assertThat(nodes(OTHER_HOSTNAME)).isNotEmpty();
    }

    /**
     * The only environment is busy until the target responds. The local CloudFormation ignores the limit in the template, and the
     * local 429 lacks the header field by which the client tries again.
     */
    @Test
    @Order(10)
    void refusesRequestBeyondReservedConcurrency() throws Exception {
        account.reserveConcurrency(output("FunctionName"), 1);
        ScriptedTargetControl scripted =
                new ScriptedTargetControl(tailnet.target().scriptedTarget());
        scripted.respondWith(new byte[0], "hold");
        CompletableFuture<ExecResult> busy = CompletableFuture.supplyAsync(() -> deployment
                .client()
                .commandLine(
                        caller, List.of("--url", url().toString(), "--target", Tailnet.TARGET_NAME + ":80", "/held")));
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(scripted.receivedRequests()).hasSize(1));

        ExecResult throttled = request(caller);
        scripted.respondWith("HTTP/1.1 204 Late\r\n\r\n".getBytes(StandardCharsets.US_ASCII), "close");

        assertThat(throttled.getStdout())
                .as(throttled.getStderr())
                .startsWith("HTTP 429\n")
                .contains("TooManyRequestsException");
        assertThat(busy.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).getStdout()).startsWith("HTTP 204\n");
        assertThat(request(caller).getStdout()).endsWith(HELLO);
    }

    @Test
    @Order(11)
    void destroyLeavesNothing() throws Exception {
        deployment.destroy(otherSettings());
        // Lambda ends the environments of a function that is gone when it likes.
        deployment.aws().endExecutionEnvironments();

        assertThat(account.remains()).isEmpty();
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(nodes(OTHER_HOSTNAME)).isEmpty());
    }

    private String output(String name) {
        return Objects.requireNonNull(outputs.get(name), name);
    }

    private URI url() {
        return URI.create(output("FunctionUrl"));
    }

    private ExecResult request(AccessKey key, String... options) {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("--url", url().toString(), "--target", TARGET, "/hello"));
        return deployment.client().commandLine(key, arguments);
    }

    private List<String> nodes(String hostname) {
        return tailnet.control().nodeNames(hostname);
    }
}
