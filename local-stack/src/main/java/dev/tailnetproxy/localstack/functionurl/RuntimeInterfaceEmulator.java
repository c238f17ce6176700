package dev.tailnetproxy.localstack.functionurl;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * Invokes the function in a Lambda Runtime Interface Emulator.
 *
 * <p>The emulator is one environment: a second invocation while one runs makes it crash, so calls queue here. It responds
 * 200 to failed invocations too; what failed is known by the shape of the error document.
 */
public final class RuntimeInterfaceEmulator implements FunctionInvoker {

    private static final int MAX_ERROR_DOCUMENT_CHARS = 4096;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Semaphore environment = new Semaphore(1, true);
    private final URI invocations;
    private final Duration timeout;

    /**
     * An emulator at an address.
     *
     * @param base where it listens, for example {@code http://localhost:9000}
     * @param timeout how long one invocation may take, its start included
     */
    public RuntimeInterfaceEmulator(URI base, Duration timeout) {
        this.invocations = base.resolve("/2015-03-31/functions/function/invocations");
        this.timeout = timeout;
    }

    @Override
    public InvocationResult invoke(byte[] event) throws IOException, InterruptedException {
        environment.acquire();
        try {
            HttpRequest request = HttpRequest.newBuilder(invocations)
                    .timeout(timeout)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(event))
                    .build();
            HttpResponse<String> response =
                    http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (response.statusCode() != 200 || isErrorDocument(response.body())) {
                return new InvocationResult.Failed(response.statusCode() + " " + response.body());
            }
            return new InvocationResult.Returned(response.body());
        } finally {
            environment.release();
        }
    }

    private static boolean isErrorDocument(String text) {
        if (text.length() > MAX_ERROR_DOCUMENT_CHARS) {
            return false;
        }
        if (!text.startsWith("{")) {
            return text.contains("Task timed out");
        }
        try {
            JsonObject json = new JsonObject(text);
            return json.containsKey("errorType") && !json.containsKey("statusCode");
        } catch (DecodeException notJson) {
            return false;
        }
    }
}
