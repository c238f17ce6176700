package dev.tailnetproxy.integration;

import dev.tailnetproxy.localstack.aws.AwsApi;
import dev.tailnetproxy.localstack.aws.CdkDeployment;
import dev.tailnetproxy.localstack.aws.ClientMachine;
import dev.tailnetproxy.localstack.aws.LocalAws;
import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An account of the local AWS beside a tailnet, in which the commands of README.md deploy. */
final class AwsDeployment implements AutoCloseable {

    private static final Path FOLDER = Checkout.file("integration-tests/target/deployed");

    private final ReadmeCommands readme = ReadmeCommands.of("Deploy it");
    private final CdkDeployment cdk;

    private AwsDeployment(CdkDeployment cdk) {
        this.cdk = cdk;
    }

    /** Starts the account, and bootstraps it. */
    static AwsDeployment start(Tailnet tailnet) throws IOException, InterruptedException {
        AwsDeployment deployment =
                new AwsDeployment(CdkDeployment.start(Artifacts.of(Checkout.FOLDER), tailnet, FOLDER));
        try {
            deployment.readmeCommand("bootstrap", Map.of());
            return deployment;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            deployment.close();
            throw failure;
        }
    }

    /** Runs a command of README.md with settings, and with options that spare it the questions of a terminal. */
    String readmeCommand(String command, Map<String, String> context, String... unattended)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(readme.after("npx", "aws-cdk", command));
        arguments.addAll(List.of(unattended));
        return cdk.run(command, context, arguments);
    }

    /** Deploys by the command of README.md, and gives what it prints. */
    String deploy(Map<String, String> context) throws IOException, InterruptedException {
        return readmeCommand("deploy", context, "--require-approval", "never");
    }

    /** Removes by the command of README.md. */
    void destroy(Map<String, String> context) throws IOException, InterruptedException {
        readmeCommand("destroy", context, "--force");
    }

    /** The words of README.md behind the client's command line. */
    List<String> clientArguments() {
        return readme.after("java", "-jar", "client/target/tailnet-proxy-client-cli.jar");
    }

    /** Other commands of the CLI, and the settings of the tailnet. */
    CdkDeployment cdk() {
        return cdk;
    }

    LocalAws aws() {
        return cdk.aws();
    }

    AwsApi api() {
        return cdk.aws().api();
    }

    /** A machine that is no part of the tailnet. */
    ClientMachine client() {
        return cdk.client();
    }

    @Override
    public void close() {
        cdk.close();
    }
}
