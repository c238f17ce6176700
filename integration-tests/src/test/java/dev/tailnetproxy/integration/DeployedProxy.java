package dev.tailnetproxy.integration;

import dev.tailnetproxy.integration.functionurl.AccessKey;
import dev.tailnetproxy.integration.functionurl.FunctionUrl;
import dev.tailnetproxy.integration.functionurl.RuntimeInterfaceEmulator;
import dev.tailnetproxy.integration.functionurl.SignedCall;
import dev.tailnetproxy.integration.tailnet.ExecutionEnvironment;
import dev.tailnetproxy.integration.tailnet.Tailnet;
import dev.tailnetproxy.integration.tailnet.TargetNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The proxy in an execution environment behind a Function URL of its own. */
final class DeployedProxy implements AutoCloseable {

    static final String REGION = "us-east-1";
    static final AccessKey CALLER = new AccessKey("AKIALOCALCALLER", "local-caller-secret");

    private final HttpClient http = HttpClient.newHttpClient();
    private final SignedCall signer = new SignedCall(CALLER, REGION);
    private final AtomicInteger invocations = new AtomicInteger();
    private final Tailnet tailnet;
    private final ExecutionEnvironment environment;
    private final FunctionUrl url;

    private DeployedProxy(Tailnet tailnet, ExecutionEnvironment environment) {
        this.tailnet = tailnet;
        this.environment = environment;
        RuntimeInterfaceEmulator emulator =
                new RuntimeInterfaceEmulator(environment.invocations(), Duration.ofSeconds(60));
        this.url = FunctionUrl.open(0, REGION, CALLER, event -> {
            invocations.incrementAndGet();
            return emulator.invoke(event);
        });
    }

    static DeployedProxy start(Tailnet tailnet, Map<String, String> settings) {
        return new DeployedProxy(tailnet, tailnet.startProxy(settings));
    }

    /** A signed request for the target service. */
    HttpResponse<byte[]> send(String method, String pathAndQuery, Map<String, String> headers, byte[] body)
            throws IOException, InterruptedException {
        Map<String, String> all = new HashMap<>();
        all.put("ts-target-ip", tailnet.target().address());
        all.put("ts-target-port", Integer.toString(TargetNode.SERVICE_PORT));
        all.putAll(headers);
        return sendBare(method, pathAndQuery, all, body);
    }

    /** A signed request with these headers and no others. */
    HttpResponse<byte[]> sendBare(String method, String pathAndQuery, Map<String, String> headers, byte[] body)
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
        url.close();
        environment.stop();
    }
}
