package dev.tailnetproxy.cdk.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailnetproxy.cdk.support.Repository;
import dev.tailnetproxy.testkit.CdkCli;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The CLI without an AWS account, a region or credentials. */
class SynthIT {

    private static final Path FOLDER = Repository.file("cdk/target/synth");

    private final CdkCli cdk = new CdkCli(
            Repository.file("."),
            Map.of(
                    "AWS_CONFIG_FILE",
                    "/dev/null",
                    "AWS_SHARED_CREDENTIALS_FILE",
                    "/dev/null",
                    "AWS_EC2_METADATA_DISABLED",
                    "true"),
            FOLDER);
    private final String[] output = {"--output", FOLDER.resolve("cdk.out").toString()};

    @Test
    void synthNeedsNoAccount() throws Exception {
        assertThat(cdk.run("synth", output)).contains("AWS::Lambda::Url", "AuthType: AWS_IAM");
    }

    /** Nothing here runs arm64: the layer and the function are of that processor, and nothing else changes. */
    @Test
    void synthForOtherProcessorTakesItsLayer() throws Exception {
        assertThat(cdk.run("synth", "-c", "architecture=arm64", output[0], output[1]))
                .contains("Architectures:", "- arm64", "CompatibleArchitectures:")
                .doesNotContain("x86_64");
    }

    @Test
    void synthOfKeyRotationNeedsNoAccount() throws Exception {
        assertThat(cdk.run("synth", "-c", "scenario=rotation", "-c", "nodeTags=tag:lambda", output[0], output[1]))
                .contains("AWS::SecretsManager::RotationSchedule", "AutomaticallyAfterDays: 60");
    }

    @Test
    void synthOfWebhookDemonstrationNeedsNoAccount() throws Exception {
        assertThat(cdk.run("synth", "-c", "scenario=webhook-demo", "-c", "sources=192.0.2.0/24", output[0], output[1]))
                .contains(
                        "AWS::ApiGatewayV2::Api",
                        "AWS::EC2::Instance",
                        "TS_FORWARDER_TARGET: http://webhook-demo:8080");
    }

    @Test
    void invalidContextPrintsOneSentence() {
        assertThatThrownBy(() -> cdk.run("list", "-c", "warmEnvironment=3", output[0], output[1]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("-c warmEnvironment=… is not known: the names are scenario")
                .hasMessageNotContaining("[ERROR]")
                .hasMessageNotContaining("Exception");
    }

    @Test
    void unbuiltAppPrintsOneSentence(@TempDir Path checkout) throws Exception {
        Path scripts = Files.createDirectory(checkout.resolve("scripts"));
        Path app = Files.copy(
                Repository.file("scripts/cdk-app"), scripts.resolve("cdk-app"), StandardCopyOption.COPY_ATTRIBUTES);

        assertThatThrownBy(() -> cdk.run("list", "--app", app.toString(), output[0], output[1]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cdk-app: the CDK app is not built: run mvn package at the top of the checkout");
    }
}
