package dev.tailnetproxy.localstack.main;

import static dev.tailnetproxy.localstack.main.RunOptions.say;

import dev.tailnetproxy.contract.AuthorizerVariables;
import dev.tailnetproxy.contract.ForwarderVariables;
import dev.tailnetproxy.contract.LayerVariables;
import dev.tailnetproxy.contract.WebhookVariables;
import dev.tailnetproxy.localstack.functionurl.FunctionInvoker;
import dev.tailnetproxy.localstack.functionurl.RuntimeInterfaceEmulator;
import dev.tailnetproxy.localstack.httpapi.AuthorizerSettings;
import dev.tailnetproxy.localstack.httpapi.HttpApi;
import dev.tailnetproxy.localstack.httpapi.HttpApiSettings;
import dev.tailnetproxy.localstack.tailnet.Artifacts;
import dev.tailnetproxy.localstack.tailnet.ExecutionEnvironment;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Brings the webhook forwarder up on this machine, sends one signed webhook through it and shows what happened. */
public final class WebhookStack {

    private static final String SECRET_NAME = "webhooks/github";
    private static final String SECRET = "local-webhook-secret";
    private static final String BODY = "{\"zen\":\"Keep it logically awesome.\"}";
    private static final Duration INVOCATION = Duration.ofSeconds(60);

    private WebhookStack() {}

    /**
     * Runs. A signal ends the process at once; the starting process removes the containers ({@code ./run} does).
     *
     * @param arguments {@code --once} to stop after the request; {@code --port} and the HTTP API's port to stay up
     * @throws Exception when a container can't be started or the request can't be sent
     */
    public static void main(String[] arguments) throws Exception {
        RunOptions options = RunOptions.of(arguments);
        Artifacts artifacts = Artifacts.of(Path.of(System.getProperty("repository")));
        int status;
        try (Tailnet tailnet = Tailnet.start(artifacts, RunOptions::say)) {
            tailnet.secrets().createSecret(SECRET_NAME, SECRET);
            tailnet.target().webhooks().setSecret(SECRET);
            say("starting two Lambda functions: the authorizer, and the proxy in forwarder mode with the layer");
            ExecutionEnvironment authorizer =
                    tailnet.startWebhookAuthorizer(Map.of(AuthorizerVariables.SOURCE_CIDR.name(), "127.0.0.0/8,::1"));
            ExecutionEnvironment forwarder = tailnet.startProxy(forwarderSettings());
            try (HttpApi api = HttpApi.open(
                    HttpApiSettings.onLoopback().withPort(options.port()),
                    AuthorizerSettings.uncached(emulator(authorizer)),
                    emulator(forwarder))) {
                status = sendOneWebhook(tailnet, api) ? 0 : 1;
                if (status != 0) {
                    System.err.println(authorizer.getLogs() + forwarder.getLogs());
                }
                if (!options.once() && status == 0) {
                    printUsage(api);
                    new CountDownLatch(1).await();
                }
            }
        } catch (IllegalStateException refused) {
            System.err.println(refused.getMessage());
            status = 1;
        }
        Runtime.getRuntime().halt(status);
    }

    private static Map<String, String> forwarderSettings() {
        return Map.of(
                LayerVariables.HOSTNAME.name(),
                "webhook-forwarder",
                ForwarderVariables.TARGET.name(),
                "http://" + Tailnet.TARGET_NAME + ":" + TargetNode.WEBHOOK_PORT + "/hooks",
                WebhookVariables.VERIFY.name(),
                "github",
                WebhookVariables.SECRET_ID.name(),
                SECRET_NAME);
    }

    private static FunctionInvoker emulator(ExecutionEnvironment environment) {
        return new RuntimeInterfaceEmulator(environment.invocations(), INVOCATION);
    }

    private static boolean sendOneWebhook(Tailnet tailnet, HttpApi api)
            throws IOException, InterruptedException, GeneralSecurityException {
        say("sending a signed POST " + api.address() + "/github for " + Tailnet.TARGET_NAME + ":"
                + TargetNode.WEBHOOK_PORT + "/hooks/github");
        HttpRequest request = HttpRequest.newBuilder(api.address().resolve("/github"))
                .header("X-Hub-Signature-256", "sha256=" + signature())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(BODY))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println();
        System.out.println("HTTP " + response.statusCode());
        System.out.println(response.body());
        tailnet.target()
                .webhooks()
                .deliveries()
                .getJsonArray("accepted")
                .forEach(seen -> say("the private service verified the signature itself, and accepted "
                        + ((JsonObject) seen).getString("method") + " "
                        + ((JsonObject) seen).getString("requestTarget")));
        return response.statusCode() == 204;
    }

    private static String signature() throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(BODY.getBytes(StandardCharsets.UTF_8)));
    }

    private static void printUsage(HttpApi api) {
        say("it is up; try it (the secret is worth nothing outside this machine):");
        System.out.println();
        System.out.println("body='" + BODY + "'");
        System.out.println(
                "signature=$(printf %s \"$body\" | openssl dgst -sha256 -hmac " + SECRET + " -r | cut -d ' ' -f 1)");
        System.out.println(
                "curl -i -H \"X-Hub-Signature-256: sha256=$signature\" -H 'Content-Type: application/json' \\\n"
                        + "  --data-binary \"$body\" '" + api.address() + "/github'");
        System.out.println();
        say("204 comes from the private service; with another body or secret it is 401, and the service sees nothing");
        say("Ctrl-C stops it and removes everything");
    }
}
