package dev.tailnetproxy.localstack.tailnet;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
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

    /** The value of the version with a label, such as AWSCURRENT. */
    public String value(String name, String label) {
        return call("GetSecretValue", new JsonObject().put("SecretId", name).put("VersionStage", label))
                .getString("SecretString");
    }

    /**
     * Rotates a secret every 60 days, and now. Returns after the last step.
     *
     * @param function the name of the function's execution environment in the network
     */
    public void rotate(String name, String function) {
        call(
                "RotateSecret",
                new JsonObject()
                        .put("SecretId", name)
                        .put("RotationLambdaARN", "arn:aws:lambda:" + REGION + ":123456789012:function:" + function)
                        .put("RotationRules", new JsonObject().put("AutomaticallyAfterDays", 60)));
    }

    /** When a held call waits. */
    public enum Moment {
        /** It has no effect yet, and will have none. */
        BEFORE,
        /** It has had its effect. */
        AFTER
    }

    /** Holds the next call of an action, such as PutSecretValue, so that its sender can be ended meanwhile. */
    public void hold(String action, Moment moment) {
        JsonObject hold = new JsonObject()
                .put("action", action)
                .put("moment", moment.name().toLowerCase(Locale.ROOT));
        send(holds().POST(HttpRequest.BodyPublishers.ofString(hold.encode())).build());
    }

    /** Whether a call is held now. */
    public boolean isHolding() {
        return new JsonObject(send(holds().build())).getBoolean("holding");
    }

    /** Lets the held call go. */
    public void release() {
        send(holds().DELETE().build());
    }

    private HttpRequest.Builder holds() {
        return HttpRequest.newBuilder(URI.create("http://" + getHost() + ":" + getMappedPort(PORT) + "/hold"));
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
