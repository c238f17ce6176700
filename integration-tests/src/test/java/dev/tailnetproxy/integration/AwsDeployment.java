package dev.tailnetproxy.integration;

import dev.tailnetproxy.localstack.aws.AwsApi;
import dev.tailnetproxy.localstack.aws.ClientMachine;
import dev.tailnetproxy.localstack.aws.LocalAws;
import dev.tailnetproxy.localstack.functionurl.AccessKey;
import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.testkit.CdkCli;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An account of the local AWS that was bootstrapped by the command of README.md, the CDK CLI with the key of its administrator,
 * and a machine outside of the tailnet.
 */
final class AwsDeployment implements AutoCloseable {

    private static final Path FOLDER = Checkout.file("integration-tests/target/deployed");

    private final ReadmeCommands readme = ReadmeCommands.of("Deploy it");
    private final LocalAws aws;
    private final ClientMachine client;
    private final CdkCli cdk;

    private AwsDeployment(LocalAws aws, ClientMachine client, AccessKey administrator) {
        this.aws = aws;
        this.client = client;
        this.cdk = new CdkCli(Checkout.FOLDER, aws.environment(administrator), FOLDER);
    }

    static AwsDeployment start(Tailnet tailnet) throws IOException, InterruptedException {
        Artifacts artifacts = Artifacts.of(Checkout.FOLDER);
        LocalAws aws = LocalAws.start(artifacts, tailnet, FOLDER);
        try {
            AwsDeployment deployment = new AwsDeployment(
                    aws,
                    ClientMachine.start(artifacts, tailnet, aws),
                    aws.iam().createAdministrator("deployer"));
            deployment.createSecret("tailscale/auth-key", tailnet.authKey());
            deployment.readmeCommand("bootstrap", Map.of());
            return deployment;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            aws.stop();
            throw failure;
        }
    }

    /** Runs a command of README.md with settings, and what spares it the questions of a terminal. */
    String readmeCommand(String command, Map<String, String> context, String... unattended)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(readme.after("npx", "aws-cdk", command));
        arguments.addAll(List.of(unattended));
        return run(command, context, arguments);
    }

    /** Deploys by the command of README.md, and gives what it prints. */
    String deploy(Map<String, String> context) throws IOException, InterruptedException {
        return readmeCommand("deploy", context, "--require-approval", "never");
    }

    /** Removes by the command of README.md. */
    void destroy(Map<String, String> context) throws IOException, InterruptedException {
        readmeCommand("destroy", context, "--force");
    }

    /** Runs another command of the CLI. */
    String run(String command, Map<String, String> context, List<String> more)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(more);
        context.forEach((name, value) -> arguments.addAll(List.of("-c", name + "=" + value)));
        arguments.addAll(List.of("--output", assembly().toString()));
        return cdk.run(command, arguments.toArray(String[]::new));
    }

    /** Runs a command of the CLI for an assembly that is there. */
    String runAssembled(String command, Path assembly, String... more) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("--app", assembly.toString()));
        arguments.addAll(List.of(more));
        return cdk.run(command, arguments.toArray(String[]::new));
    }

    /** Where the CLI leaves the templates. */
    Path assembly() {
        return FOLDER.resolve("cdk.out");
    }

    /** The words of README.md behind the client's command line. */
    List<String> clientArguments() {
        return readme.after("java", "-jar", "client/target/tailnet-proxy-client-cli.jar");
    }

    /** The settings with which a deployed node joins the test tailnet. */
    Map<String, String> tailnetSettings(Tailnet tailnet) {
        return Map.of(
                "loginServer",
                tailnet.control().loginServer(),
                "caBundle",
                aws.authoritiesFile().toString());
    }

    void createSecret(String name, String value) {
        aws.api().json(
                        "secretsmanager",
                        "secretsmanager.CreateSecret",
                        new JsonObject().put("Name", name).put("SecretString", value));
    }

    LocalAws aws() {
        return aws;
    }

    AwsApi api() {
        return aws.api();
    }

    /** A machine that is no part of the tailnet. */
    ClientMachine client() {
        return client;
    }

    @Override
    public void close() {
        client.stop();
        aws.stop();
    }
}
