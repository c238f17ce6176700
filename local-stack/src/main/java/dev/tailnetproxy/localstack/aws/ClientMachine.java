package dev.tailnetproxy.localstack.aws;

import dev.tailnetproxy.localstack.functionurl.AccessKey;
import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.ContainerExec;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TrustStore;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.ExecConfig;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * A machine outside of the tailnet with curl and the client's command line. The URLs that a deployment prints lead from here to
 * the local AWS, unchanged: at their port, and with a certificate for their names.
 */
public final class ClientMachine extends GenericContainer<ClientMachine> {

    private static final String FOLDER = "/var/client";
    private static final String COMMAND_LINE = FOLDER + "/tailnet-proxy-client-cli.jar";
    private static final String AUTHORITIES = FOLDER + "/authorities.pem";
    private static final String TRUST_STORE = FOLDER + "/authorities.p12";

    private final LocalAws aws;

    private ClientMachine(Artifacts artifacts, Tailnet tailnet, LocalAws aws) {
        super(DockerImageName.parse(artifacts.lambdaRuntime()));
        this.aws = aws;
        withNetwork(tailnet.network());
        withLabels(Tailnet.runLabels());
        withCopyFileToContainer(MountableFile.forHostPath(artifacts.commandLine()), COMMAND_LINE);
        withCopyToContainer(Transferable.of(aws.authorities()), AUTHORITIES);
        withCopyToContainer(Transferable.of(TrustStore.of(aws.authorities())), TRUST_STORE);
        withCommand("sleep", "infinity");
    }

    /** Starts one; it is closed before the local AWS. */
    public static ClientMachine start(Artifacts artifacts, Tailnet tailnet, LocalAws aws) {
        ClientMachine machine = new ClientMachine(artifacts, tailnet, aws);
        machine.start();
        return machine;
    }

    /** Lets it find the host of a URL that a deployment printed. */
    public void resolve(URI printed) {
        ContainerExec.output(this, "sh", "-euc", "echo \"$1 $2\" >>/etc/hosts", "sh", aws.address(), printed.getHost());
    }

    /** Runs the client's command line with a user's credentials in the environment. */
    public ExecResult commandLine(AccessKey key, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                "java",
                "-Djavax.net.ssl.trustStore=" + TRUST_STORE,
                "-Djavax.net.ssl.trustStorePassword=" + TrustStore.PASSWORD,
                "-jar",
                COMMAND_LINE));
        command.addAll(arguments);
        return run(Map.of("AWS_ACCESS_KEY_ID", key.id(), "AWS_SECRET_ACCESS_KEY", key.secret()), command);
    }

    /** Runs curl; it prints the body, and the status on a line of its own. */
    public HttpResult curl(List<String> arguments) {
        List<String> command = new ArrayList<>(
                List.of("curl", "--silent", "--show-error", "--cacert", AUTHORITIES, "-w", "\n%{http_code}"));
        command.addAll(arguments);
        ExecResult result = run(Map.of(), command);
        if (result.getExitCode() != 0) {
            throw new IllegalStateException("curl failed: " + result.getStderr());
        }
        String output = result.getStdout();
        int end = output.lastIndexOf('\n');
        return new HttpResult(Integer.parseInt(output.substring(end + 1).strip()), output.substring(0, end));
    }

    private ExecResult run(Map<String, String> environment, List<String> command) {
        try {
            return execInContainer(ExecConfig.builder()
                    .command(command.toArray(String[]::new))
                    .envVars(environment)
                    .build());
        } catch (IOException failure) {
            throw new IllegalStateException(command.get(0) + " could not be run", failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stop);
        }
    }

    /**
     * A response.
     *
     * @param status the status code
     * @param body the body as text
     */
    public record HttpResult(int status, String body) {}
}
