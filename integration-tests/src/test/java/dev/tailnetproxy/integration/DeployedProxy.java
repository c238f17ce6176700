package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.client.TailscaleProxyClient;
import dev.tailnetproxy.client.signing.Target;
import dev.tailnetproxy.localstack.functionurl.AccessKey;
import dev.tailnetproxy.localstack.functionurl.FunctionInvoker;
import dev.tailnetproxy.localstack.functionurl.FunctionUrl;
import dev.tailnetproxy.localstack.functionurl.RuntimeInterfaceEmulator;
import dev.tailnetproxy.localstack.functionurl.SigV4Signer;
import dev.tailnetproxy.localstack.tailnet.ExecutionEnvironment;
import dev.tailnetproxy.localstack.tailnet.Tailnet;
import dev.tailnetproxy.localstack.tailnet.TargetNode;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** The proxy in an execution environment behind a Function URL of its own. */
final class DeployedProxy implements AutoCloseable {

    static final String REGION = "us-east-1";

    private final HttpClient http = HttpClient.newHttpClient();
    private final SigV4Signer signer = new SigV4Signer(AccessKey.LOCAL, REGION);
    private final AtomicInteger invocations = new AtomicInteger();
    private final ExecutionEnvironment environment;
    private final RuntimeInterfaceEmulator emulator;
    private final FunctionUrl url;
    private final TailscaleProxyClient client;

    private DeployedProxy(Tailnet tailnet, ExecutionEnvironment environment) {
        this.environment = environment;
        this.emulator = new RuntimeInterfaceEmulator(environment.invocations(), Duration.ofSeconds(60));
        this.url = FunctionUrl.open(0, REGION, AccessKey.LOCAL, event -> {
            invocations.incrementAndGet();
            return emulator.invoke(event);
        });
        this.client = clientFor(Target.of(tailnet.target().address(), TargetNode.SERVICE_PORT));
    }

    static DeployedProxy start(Tailnet tailnet, Map<String, String> settings) {
        return start(tailnet, settings, environment -> {});
    }

    /** @param change is made to the environment before it starts */
    static DeployedProxy start(Tailnet tailnet, Map<String, String> settings, Consumer<ExecutionEnvironment> change) {
        return new DeployedProxy(tailnet, tailnet.startProxy(settings, change));
    }

    /** The response of an invocation that does not come through the Function URL. */
    JsonObject invoke(FunctionEventBuilder event) throws IOException, InterruptedException {
        FunctionInvoker.InvocationResult result = emulator.invoke(event.utf8());
        assertThat(result).isInstanceOf(FunctionInvoker.InvocationResult.Returned.class);
        return new JsonObject(((FunctionInvoker.InvocationResult.Returned) result).json());
    }

    /** A request for the target service, sent as callers send it. */
    HttpResponse<byte[]> send(String method, String pathAndQuery, Map<String, String> headers, byte[] body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                client.request(pathAndQuery).method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** A client whose target is the target service; it is closed with this. */
    TailscaleProxyClient client() {
        return client;
    }

    /** A client for another target. */
    TailscaleProxyClient clientFor(Target target) {
        return TailscaleProxyClient.builder()
                .url(url.address())
                .region(REGION)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(AccessKey.LOCAL.id(), AccessKey.LOCAL.secret())))
                .target(target)
                .build();
    }

    /** What a caller in a process of its own has in its environment. */
    Map<String, String> clientEnvironment() {
        return Map.of(
                "TAILSCALE_PROXY_URL", url.address().toString(),
                "AWS_REGION", REGION,
                "AWS_ACCESS_KEY_ID", AccessKey.LOCAL.id(),
                "AWS_SECRET_ACCESS_KEY", AccessKey.LOCAL.secret());
    }

    /** A signed request with these headers and no others, responses of the proxy as they are. */
    HttpResponse<byte[]> sendWithHeaders(String method, String pathAndQuery, Map<String, String> headers, byte[] body)
            throws IOException, InterruptedException {
        return exchange(signer.request(method, URI.create(url.address() + pathAndQuery), headers, body));
    }

    /** Any request to the Function URL. */
    HttpResponse<byte[]> exchange(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    URI address() {
        return url.address();
    }

    /** How often the function was invoked. */
    int invocations() {
        return invocations.get();
    }

    ExecutionEnvironment environment() {
        return environment;
    }

    @Override
    public void close() {
        client.close();
        url.close();
        environment.stop();
    }
}
