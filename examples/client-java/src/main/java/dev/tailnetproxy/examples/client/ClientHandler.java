package dev.tailnetproxy.examples.client;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.tailnetproxy.client.ProxyException;
import dev.tailnetproxy.client.TailscaleProxyClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;

/** Responds with what a private host says to {@code GET} of the event's {@code path}. */
public final class ClientHandler implements RequestHandler<Map<String, String>, Map<String, Object>> {

    // One client for the life of the environment: its connections are used again by the next invocation.
    private final TailscaleProxyClient client = TailscaleProxyClient.builder()
            .url(System.getenv("TAILSCALE_PROXY_URL"))
            .target(System.getenv("TARGET_HOST"), Integer.parseInt(System.getenv("TARGET_PORT")))
            .build();

    @Override
    public Map<String, Object> handleRequest(Map<String, String> event, Context context) {
        try {
            HttpResponse<String> response = client.get(event.getOrDefault("path", "/"));
            return Map.of("status", response.statusCode(), "body", response.body());
        } catch (ProxyException proxyError) {
            return Map.of("error", proxyError.errorName(), "retryable", proxyError.isRetryable());
        } catch (IOException failure) {
            throw new IllegalStateException("the proxy can't be reached", failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stop);
        }
    }
}
