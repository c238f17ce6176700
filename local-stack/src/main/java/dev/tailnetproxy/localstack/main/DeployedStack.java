package dev.tailnetproxy.localstack.main;

import static dev.tailnetproxy.localstack.main.RunOptions.say;

import dev.tailnetproxy.localstack.aws.CdkDeployment;
import dev.tailnetproxy.localstack.aws.LocalIam;
import dev.tailnetproxy.localstack.functionurl.AccessKey;
import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import dev.tailnetproxy.testkit.CdkCli;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.testcontainers.containers.Container.ExecResult;

/** Deploys the proxy to a local AWS with the CDK CLI, sends one request to the URL that it prints and shows what happened. */
public final class DeployedStack {

    private static final String CALLER = "caller";
    private static final String TARGET = Tailnet.TARGET_NAME + ":" + TargetNode.SERVICE_PORT;

    private DeployedStack() {}

    /**
     * Runs. A signal ends the process at once; the starting process removes the containers ({@code ./run} does).
     *
     * @param arguments {@code --once} to stop after the request; nothing to stay up
     * @throws Exception when a container can't be started or the request can't be sent
     */
    public static void main(String[] arguments) throws Exception {
        boolean once = List.of(arguments).equals(List.of("--once"));
        Path repository = Path.of(System.getProperty("repository"));
        Artifacts artifacts = Artifacts.of(repository);
        int status;
        try (Tailnet tailnet = Tailnet.start(artifacts, RunOptions::say)) {
            say("starting a local AWS, with TLS and the check of signatures and policies");
            try (CdkDeployment cdk =
                    CdkDeployment.start(artifacts, tailnet, repository.resolve("local-stack/target/deployed"))) {
                Map<String, String> settings = new TreeMap<>(cdk.tailnetSettings());
                settings.put("hostname", "deployed-proxy");
                settings.put("callers", LocalIam.arnOf(CALLER));
                AccessKey caller = cdk.aws().iam().createUser(CALLER);
                URI url = deploy(cdk, settings);
                status = sendOneRequest(cdk, caller, url);
                if (!once && status == 0) {
                    printUsage(cdk, settings, caller, url);
                    new CountDownLatch(1).await();
                }
            }
        } catch (IllegalStateException refused) {
            System.err.println(refused.getMessage());
            status = 1;
        }
        Runtime.getRuntime().halt(status);
    }

    private static URI deploy(CdkDeployment cdk, Map<String, String> settings)
            throws IOException, InterruptedException {
        say("npx aws-cdk bootstrap");
        cdk.run("bootstrap", Map.of(), List.of());
        say("npx aws-cdk deploy");
        String printed = cdk.run("deploy", settings, List.of("--require-approval", "never"));
        Map<String, String> outputs = new TreeMap<>(CdkCli.outputs(printed));
        outputs.forEach((name, value) -> System.out.println("    " + name + " = " + value));
        URI url = URI.create(outputs.getOrDefault("FunctionUrl", ""));
        cdk.client().resolve(url);
        return url;
    }

    private static int sendOneRequest(CdkDeployment cdk, AccessKey caller, URI url) {
        say("sending a signed GET " + url + "hello for " + TARGET + " with the client's command line");
        ExecResult result =
                cdk.client().commandLine(caller, List.of("--url", url.toString(), "--target", TARGET, "/hello"));
        System.out.println();
        System.out.println(result.getStdout() + result.getStderr());
        return result.getExitCode();
    }

    private static void printUsage(CdkDeployment cdk, Map<String, String> settings, AccessKey caller, URI url) {
        say("it is deployed; try it (the keys are worth nothing outside this machine):");
        System.out.println();
        new TreeMap<>(cdk.aws().environment(cdk.administrator()))
                .forEach((name, value) -> System.out.println("export " + name + "=" + value));
        System.out.println("aws cloudformation describe-stacks");
        System.out.println("npx aws-cdk diff " + context(settings));
        System.out.println();
        URI endpoint = cdk.aws().endpoint();
        System.out.printf(
                "curl --cacert %s --connect-to %s:443:%s:%d \\%n  --aws-sigv4 aws:amz:us-east-1:lambda --user %s:%s \\%n"
                        + "  -H 'ts-target-ip: %s' -H 'ts-target-port: %d' '%shello'%n%n",
                cdk.aws().certificateFile(),
                url.getHost(),
                endpoint.getHost(),
                endpoint.getPort(),
                caller.id(),
                caller.secret(),
                Tailnet.TARGET_NAME,
                TargetNode.SERVICE_PORT,
                url);
        say("Ctrl-C stops it and removes everything");
    }

    private static String context(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> "-c " + setting.getKey() + "=" + setting.getValue())
                .collect(Collectors.joining(" "));
    }
}
