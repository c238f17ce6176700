package dev.tailnetproxy.localstack.aws;

import dev.tailnetproxy.localstack.functionurl.AccessKey;
import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.testkit.CdkCli;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An account of a local AWS with the tailnet's key in the secret that a deployment takes by default, the CDK CLI with the key of
 * an administrator, and a machine outside of the tailnet.
 */
public final class CdkDeployment implements AutoCloseable {

    private static final String SECRET = "tailscale/auth-key";
    private static final String HOST_ARCHITECTURE =
            System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x86_64";

    private final Tailnet tailnet;
    private final LocalAws aws;
    private final ClientMachine client;
    private final AccessKey administrator;
    private final Path folder;
    private final CdkCli cdk;

    private CdkDeployment(Artifacts artifacts, Tailnet tailnet, LocalAws aws, Path folder) {
        this.tailnet = tailnet;
        this.aws = aws;
        this.folder = folder;
        this.administrator = aws.iam().createAdministrator("deployer");
        createSecret(SECRET, tailnet.authKey());
        this.cdk = new CdkCli(artifacts.repository(), aws.environment(administrator), folder);
        this.client = ClientMachine.start(artifacts, tailnet, aws);
    }

    /**
     * Starts the account and the machine; they are closed before the tailnet.
     *
     * @param folder gets templates, logs and certificates
     */
    public static CdkDeployment start(Artifacts artifacts, Tailnet tailnet, Path folder) {
        LocalAws aws = LocalAws.start(artifacts, tailnet, folder);
        try {
            return new CdkDeployment(artifacts, tailnet, aws, folder);
        } catch (RuntimeException failure) {
            aws.stop();
            throw failure;
        }
    }

    /** Runs a command of the CLI with the settings of a stack, and gives its output. */
    public String run(String command, Map<String, String> context, List<String> more)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(more);
        context.forEach((name, value) -> arguments.addAll(List.of("-c", name + "=" + value)));
        arguments.addAll(List.of("--output", assembly().toString()));
        return cdk.run(command, arguments.toArray(String[]::new));
    }

    /** Runs a command of the CLI for the templates that are in {@link #assembly()}. */
    public String runAssembled(String command, List<String> more) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("--app", assembly().toString()));
        arguments.addAll(more);
        return cdk.run(command, arguments.toArray(String[]::new));
    }

    /** The folder of the templates that the CLI wrote last. */
    public Path assembly() {
        return folder.resolve("cdk.out");
    }

    /** The settings with which a deployed function runs on this machine, and its node joins the tailnet. */
    public Map<String, String> tailnetSettings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("loginServer", tailnet.control().loginServer());
        settings.put("caBundle", aws.authoritiesFile().toString());
        settings.put("architecture", HOST_ARCHITECTURE);
        return settings;
    }

    /** Stores a secret. */
    public void createSecret(String name, String value) {
        aws.api()
                .json(
                        "secretsmanager",
                        "secretsmanager.CreateSecret",
                        new JsonObject().put("Name", name).put("SecretString", value));
    }

    /** The account. */
    public LocalAws aws() {
        return aws;
    }

    /** The key of the user who deploys. */
    public AccessKey administrator() {
        return administrator;
    }

    /** A machine that is no part of the tailnet. */
    public ClientMachine client() {
        return client;
    }

    @Override
    public void close() {
        client.stop();
        aws.stop();
    }
}
