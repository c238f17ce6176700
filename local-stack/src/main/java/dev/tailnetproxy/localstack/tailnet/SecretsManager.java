package dev.tailnetproxy.localstack.tailnet;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A server that speaks the Secrets Manager API, and the other AWS APIs that moto knows. */
public final class SecretsManager extends GenericContainer<SecretsManager> {

    private static final String NAME = "secretsmanager";
    /** Its port. */
    public static final int PORT = 5000;

    private static final String REGION = "us-east-1";

    SecretsManager(Artifacts artifacts, Network network) {
        super(DockerImageName.parse(artifacts.secretsManager()));
        withNetwork(network);
        withNetworkAliases(NAME);
        withExposedPorts(PORT);
        waitingFor(Wait.forHttp("/moto-api/").forPort(PORT));
    }

    /** Where the containers of the tailnet's network reach it. */
    public String endpoint() {
        return "http://" + NAME + ":" + PORT;
    }

    /** Stores a secret and gives its ARN. */
    public String createSecret(String name, String value) {
        return call("CreateSecret", new JsonObject().put("Name", name).put("SecretString", value))
                .getString("ARN");
    }

    /** Gives a secret another value. */
    public void putSecretValue(String name, String value) {
        call("PutSecretValue", new JsonObject().put("SecretId", name).put("SecretString", value));
    }

    /** The response of CloudWatch's ListMetrics for a namespace, as the API's XML. */
    public String listMetrics(String namespace) {
        return send(request("monitoring")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "Action=ListMetrics&Version=2010-08-01&Namespace=" + namespace))
                .build());
    }

    /** The response to a call of SQS. */
    public JsonObject sqs(String action, JsonObject parameters) {
        return call("sqs", "application/x-amz-json-1.0", "AmazonSQS." + action, parameters);
    }

    private JsonObject call(String action, JsonObject parameters) {
        return call("secretsmanager", "application/x-amz-json-1.1", "secretsmanager." + action, parameters);
    }

    private JsonObject call(String service, String contentType, String target, JsonObject parameters) {
        String response = send(request(service)
                .header("Content-Type", contentType)
                .header("X-Amz-Target", target)
                .POST(HttpRequest.BodyPublishers.ofString(parameters.encode()))
                .build());
        return response.isEmpty() ? new JsonObject() : new JsonObject(response);
    }

    /** The server looks at the signature's scope alone, to know the service: it is not asked to check signatures. */
    private HttpRequest.Builder request(String service) {
        return HttpRequest.newBuilder(URI.create("http://" + getHost() + ":" + getMappedPort(PORT) + "/"))
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=local/20260101/" + REGION + "/" + service
                                + "/aws4_request, SignedHeaders=host, Signature=none");
    }

    private static String send(HttpRequest request) {
        try {
            HttpResponse<String> response =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException("the AWS stand-in refused: " + response.body());
            }
            return response.body();
        } catch (IOException failure) {
            throw new IllegalStateException("the AWS stand-in can't be reached", failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stop);
        }
    }
}
