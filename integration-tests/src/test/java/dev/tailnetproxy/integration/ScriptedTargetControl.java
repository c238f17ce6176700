package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/** Tells the scripted target what to do and asks it what arrived, past the tailnet. */
final class ScriptedTargetControl {

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;

    ScriptedTargetControl(URI address) {
        this.address = address;
    }

    /**
     * Responses every request from now on with these bytes and forgets what arrived.
     *
     * @param then how the connection goes on: {@code keep}, {@code close} or {@code trickle}; {@code hold}: without
     *     any response before the next one is set
     */
    void respondWith(byte[] bytes, String then) throws IOException, InterruptedException {
        put("/response?" + then, bytes);
    }

    /** Shows this certificate on the TLS port from now on. */
    void setCertificate(byte[] pkcs12) throws IOException, InterruptedException {
        put("/certificate", pkcs12);
    }

    /** The requests since the response was set. */
    List<SeenRequest> receivedRequests() throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(address.resolve("/requests")).build();
        String body = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        return new JsonObject(body)
                .getJsonArray("requests").stream()
                        .map(seen -> new SeenRequest((JsonObject) seen))
                        .toList();
    }

    private void put(String path, byte[] bytes) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path))
                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
                .build();
        assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(204);
    }
}
