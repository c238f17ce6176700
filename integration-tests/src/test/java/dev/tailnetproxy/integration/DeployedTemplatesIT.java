package dev.tailnetproxy.integration;

import static dev.tailnetproxy.localstack.target.TargetService.HELLO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tailnetproxy.localstack.aws.LocalIam;
import dev.tailnetproxy.localstack.functionurl.AccessKey;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.testcontainers.containers.Container.ExecResult;

/**
 * "Without the CDK" of docs/deploying.md: each template of {@code deploy}, from archives in a bucket to the response of a private
 * machine and back.
 */
@SecondLane
@ExtendWith(AwsDeploymentExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeployedTemplatesIT {

    private static final String CALLER = "caller-of-templates";
    private static final String TARGET = Tailnet.TARGET_NAME + ":" + TargetNode.SERVICE_PORT;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Tailnet tailnet;
    private final AwsDeployment deployment;
    private final ArchivesBucket archives;
    private AccessKey caller = AccessKey.LOCAL;

    DeployedTemplatesIT(Tailnet tailnet, AwsDeployment deployment) {
        this.tailnet = tailnet;
        this.deployment = deployment;
        this.archives = ArchivesBucket.create(deployment.api(), setting("architecture"));
    }

    @BeforeAll
    void createUser() {
        caller = deployment.aws().iam().createUser(CALLER);
    }

    @AfterAll
    void removeBucket() {
        archives.close();
    }

    /** A template, by the folder that it is in. */
    private enum Kind {
        CLOUDFORMATION,
        SAM;

        private String stack() {
            return name() + "-Template";
        }

        private String hostname() {
            return name().toLowerCase(Locale.ROOT) + "-template";
        }
    }

    @ParameterizedTest
    @EnumSource
    void deploysUpToResponseOfPrivateMachineAndLeavesNothing(Kind kind) throws Exception {
        TemplateDeployment stack = new TemplateDeployment(deployment.api(), kind.stack());

        Map<String, String> outputs = stack.create(template(kind), parameters(kind));
        URI url = URI.create(output(outputs, "FunctionUrl"));
        deployment.client().resolve(url);

        assertThat(outputs).containsOnlyKeys("FunctionUrl", "FunctionName", "RoleArn", "LayerArn", "Region");
        assertThat(unsigned(url)).isEqualTo(403);
        assertThat(nodes(kind)).isEmpty();
        ExecResult response = signed(url);
        assertThat(response.getStdout())
                .as(response.getStderr())
                .startsWith("HTTP 200\n")
                .endsWith(HELLO);
        assertThat(nodes(kind)).isNotEmpty();
        DeployedAccount account = new DeployedAccount(deployment.api(), kind.stack());
        assertThat(account.function(output(outputs, "FunctionName")).getString("CodeSha256"))
                .isEqualTo(DeployedArchives.functionSha256());
        assertThat(account.remains()).contains(kind.stack());

        stack.delete();
        // Lambda ends the environments of a function that is gone when it likes.
        deployment.aws().endExecutionEnvironments();
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(account.remains()).isEmpty());
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(nodes(kind)).isEmpty());
    }

    private String template(Kind kind) throws IOException {
        return switch (kind) {
            case CLOUDFORMATION -> Files.readString(Checkout.file("deploy/cloudformation/template.json"));
            case SAM -> archives.translated(Checkout.file("deploy/sam/template.yaml"));
        };
    }

    private Map<String, String> parameters(Kind kind) throws IOException {
        Map<String, String> parameters = new HashMap<>(archives.build());
        if (kind == Kind.CLOUDFORMATION) {
            parameters.putAll(archives.place());
        }
        parameters.put("Hostname", kind.hostname());
        parameters.put("LoginServer", setting("loginServer"));
        parameters.put("CallerArn", LocalIam.arnOf(CALLER));
        parameters.put("Alarms", "true");
        return parameters;
    }

    private static String output(Map<String, String> outputs, String name) {
        return Objects.requireNonNull(outputs.get(name), name);
    }

    private String setting(String name) {
        return Objects.requireNonNull(deployment.cdk().tailnetSettings().get(name));
    }

    private int unsigned(URI url) {
        return deployment
                .client()
                .curl(List.of(url + "hello", "-H", "ts-target-ip: " + Tailnet.TARGET_NAME))
                .status();
    }

    private ExecResult signed(URI url) {
        return deployment.client().commandLine(caller, List.of("--url", url.toString(), "--target", TARGET, "/hello"));
    }

    private List<String> nodes(Kind kind) {
        return tailnet.control().nodeNames(kind.hostname());
    }
}
