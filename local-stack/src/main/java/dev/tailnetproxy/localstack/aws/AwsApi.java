package dev.tailnetproxy.localstack.aws;

import dev.tailnetproxy.localstack.functionurl.AccessKey;
import dev.tailnetproxy.localstack.functionurl.SigV4Signer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Signed calls to the APIs of AWS in the three protocols that they have. A refused call is an exception with its body. */
public final class AwsApi {

    private final URI endpoint;
    private final String region;
    private final AwsCredentialsIdentity identity;
    private final HttpClient http;

    /**
     * Calls as one user.
     *
     * @param endpoint where all APIs are
     * @param trust the settings of TLS
     */
    AwsApi(URI endpoint, String region, AccessKey key, SSLContext trust) {
        this.endpoint = endpoint;
        this.region = region;
        this.identity = AwsCredentialsIdentity.create(key.id(), key.secret());
        this.http = HttpClient.newBuilder().sslContext(trust).build();
    }

    /**
     * A call with JSON.
     *
     * @param target the API and its action, such as {@code secretsmanager.GetSecretValue}
     */
    public JsonObject json(String service, String target, JsonObject parameters) {
        Map<String, String> headers = Map.of("Content-Type", "application/x-amz-json-1.1", "X-Amz-Target", target);
        return call(service, "POST", "/", headers, bytes(parameters.encode())).json();
    }

    /** A call with a form, whose response is XML. */
    public AwsResponse query(String service, String version, String action, Map<String, String> parameters) {
        Map<String, String> form = new TreeMap<>(parameters);
        form.put("Action", action);
        form.put("Version", version);
        String body = form.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        return call(service, "POST", "/", Map.of("Content-Type", "application/x-www-form-urlencoded"), bytes(body));
    }

    /** A call by method and path. */
    public AwsResponse rest(String service, String method, String path, Map<String, String> headers, String body) {
        return call(service, method, path, headers, bytes(body));
    }

    /** Stores a file in a bucket. */
    public void upload(String bucket, String key, Path file) {
        try {
            call("s3", "PUT", "/" + bucket + "/" + key, Map.of(), Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private AwsResponse call(String service, String method, String path, Map<String, String> headers, byte[] body) {
        HttpRequest request =
                new SigV4Signer(identity, region, service).request(method, endpoint.resolve(path), headers, body);
        try {
            HttpResponse<String> response = send(request);
            if (response.statusCode() >= 300) {
                throw new IllegalStateException(service + " refused " + method + " " + path + ": "
                        + response.statusCode() + " " + response.body());
            }
            return new AwsResponse(response.statusCode(), response.body());
        } catch (IOException failure) {
            throw new IllegalStateException("the local AWS can't be reached", failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stop);
        }
    }

    /** Twice, where the server has closed a kept connection in the moment of its use (RFC 9112 section 9.3.1). */
    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException closed) {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
