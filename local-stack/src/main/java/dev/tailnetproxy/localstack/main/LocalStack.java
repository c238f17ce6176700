package dev.tailnetproxy.localstack.main;

import static dev.tailnetproxy.localstack.main.RunOptions.say;

import dev.tailnetproxy.client.TailscaleProxyClient;
import dev.tailnetproxy.client.TailscaleProxyException;
import dev.tailnetproxy.client.signing.Target;
import dev.tailnetproxy.contract.LayerVariables;
import dev.tailnetproxy.localstack.functionurl.AccessKey;
import dev.tailnetproxy.localstack.functionurl.FunctionUrl;
import dev.tailnetproxy.localstack.functionurl.RuntimeInterfaceEmulator;
import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.ExecutionEnvironment;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Brings the whole product up on this machine, sends one signed request through it and shows what happened. */
public final class LocalStack {

    private static final String REGION = "us-east-1";

    private LocalStack() {}

    /**
     * Runs. A signal ends the process at once; the starting process removes the containers ({@code ./run} does).
     *
     * @param arguments {@code --once} to stop after the request; {@code --port} and the Function URL's port to stay up
     * @throws Exception when a container can't be started or the request can't be sent
     */
    public static void main(String[] arguments) throws Exception {
        RunOptions options = RunOptions.of(arguments);
        Artifacts artifacts = Artifacts.of(Path.of(System.getProperty("repository")));
        int status;
        try (Tailnet tailnet = Tailnet.start(artifacts, RunOptions::say)) {
            say("starting a Lambda execution environment: layer and proxy under the Runtime Interface Emulator");
            ExecutionEnvironment environment =
                    tailnet.startProxy(Map.of(LayerVariables.HOSTNAME.name(), "lambda-proxy"));
            RuntimeInterfaceEmulator function =
                    new RuntimeInterfaceEmulator(environment.invocations(), Duration.ofSeconds(60));
            try (FunctionUrl url = FunctionUrl.open(options.port(), REGION, AccessKey.LOCAL, function)) {
                status = sendOneRequest(tailnet, url) ? 0 : 1;
                if (status != 0) {
                    System.err.println(environment.getLogs());
                }
                if (!options.once() && status == 0) {
                    printUsage(tailnet, url);
                    new CountDownLatch(1).await();
                }
            }
        } catch (IllegalStateException refused) {
            System.err.println(refused.getMessage());
            status = 1;
        }
        Runtime.getRuntime().halt(status);
    }

    private static boolean sendOneRequest(Tailnet tailnet, FunctionUrl url) throws IOException, InterruptedException {
        String target = tailnet.target().address() + ":" + TargetNode.SERVICE_PORT;
        say("sending a signed GET " + url.address() + "/hello?from=lambda for " + target);
        try (TailscaleProxyClient client = TailscaleProxyClient.builder()
                .url(url.address())
                .region(REGION)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(AccessKey.LOCAL.id(), AccessKey.LOCAL.secret())))
                .target(Target.parse(target))
                .build()) {
            HttpResponse<String> response = client.get("/hello?from=lambda");
            System.out.println();
            System.out.println("HTTP " + response.statusCode());
            response.headers()
                    .map()
                    .forEach((name, values) -> values.forEach(value -> System.out.println(name + ": " + value)));
            System.out.println();
            System.out.println(response.body());
            return response.statusCode() == 200;
        } catch (TailscaleProxyException refused) {
            System.out.println(refused.getMessage());
            return false;
        }
    }

    private static void printUsage(Tailnet tailnet, FunctionUrl url) {
        String call = "curl --aws-sigv4 aws:amz:" + REGION + ":lambda --user " + AccessKey.LOCAL.id() + ":"
                + AccessKey.LOCAL.secret()
                + " \\\n  -H 'ts-target-ip: %s' -H 'ts-target-port: " + TargetNode.SERVICE_PORT + "' '"
                + url.address() + "%s'%n%n";
        say("it is up; try it (the key is worth nothing outside this machine):");
        System.out.println();
        System.out.printf(call, tailnet.target().address(), "/hello");
        System.out.printf(call, Tailnet.TARGET_NAME, "/echo?a=1&a=2&b=%2B%20");
        System.out.printf(call, "127.0.0.1", "/refused");
        say("or with the client's command line:");
        System.out.println();
        System.out.printf(
                "export AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s AWS_REGION=%s TAILSCALE_PROXY_URL=%s%n",
                AccessKey.LOCAL.id(), AccessKey.LOCAL.secret(), REGION, url.address());
        System.out.printf(
                "java -jar client/target/tailnet-proxy-client-cli.jar -v --target %s:%d /hello%n%n",
                Tailnet.TARGET_NAME, TargetNode.SERVICE_PORT);
        say("Ctrl-C stops it and removes everything");
    }
}
