package dev.tailnetproxy.integration;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;

/** The archives that were built and those that were deployed, by their hashes as Lambda writes them. */
final class DeployedArchives {

    private DeployedArchives() {}

    static String functionSha256() throws IOException {
        return sha256(Checkout.file("proxy-quarkus/target/function.zip"));
    }

    /** The hash of the layer for the processor that the function was built for. */
    static String builtLayerSha256(AwsDeployment deployment, String stack) throws IOException {
        String processor = resources(deployment, stack)
                .filter(resource -> "AWS::Lambda::LayerVersion".equals(resource.getString("Type")))
                .map(layer -> layer.getJsonObject("Properties"))
                .filter(layer -> layer.containsKey("CompatibleArchitectures"))
                .map(layer -> layer.getJsonArray("CompatibleArchitectures").getString(0))
                .findFirst()
                .orElseThrow();
        return sha256(Checkout.file("layer/target/tailscale-layer-" + processor + ".zip"));
    }

    /** The hash of a deployed version of a layer. */
    static String layerSha256(AwsDeployment deployment, String versionArn) {
        String[] parts = versionArn.split(":", -1);
        String path = "/2018-10-31/layers/" + parts[6] + "/versions/" + parts[7];
        return deployment
                .api()
                .rest("lambda", "GET", path, Map.of(), "")
                .json()
                .getJsonObject("Content")
                .getString("CodeSha256");
    }

    /** The template of a stack that was synthesized last. */
    static JsonObject template(AwsDeployment deployment, String stack) throws IOException {
        return new JsonObject(Files.readString(deployment.cdk().assembly().resolve(stack + ".template.json")));
    }

    private static Stream<JsonObject> resources(AwsDeployment deployment, String stack) throws IOException {
        return template(deployment, stack).getJsonObject("Resources").stream()
                .map(resource -> (JsonObject) resource.getValue());
    }

    private static String sha256(Path file) throws IOException {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
