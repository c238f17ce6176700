package dev.tailnetproxy.localstack.tailnet;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Tells the receiver of webhooks on a private machine what to do and asks it what arrived, past the tailnet. */
public final class WebhookReceiverControl {

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;

    WebhookReceiverControl(URI address) {
        this.address = address;
    }

    /** Verifies with this secret from now on, and forgets what arrived. */
    public void setSecret(String secret) throws IOException, InterruptedException {
        put("/webhook/secret", secret);
    }

    /** Accepts connections again. */
    public void open() throws IOException, InterruptedException {
        put("/webhook/open", "");
    }

    /** Accepts no connections from now on. */
    public void close() throws IOException, InterruptedException {
        put("/webhook/closed", "");
    }

    /** {@code connections}, {@code refused} and the list {@code accepted} since the secret was set. */
    public JsonObject deliveries() throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(address.resolve("/webhook/deliveries")).build();
        return new JsonObject(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private void put(String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path))
                .PUT(HttpRequest.BodyPublishers.ofString(body))
                .build();
        int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status != 204) {
            throw new IllegalStateException(path + " is not served: " + status);
        }
    }
}
