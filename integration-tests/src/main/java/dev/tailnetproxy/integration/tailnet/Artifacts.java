package dev.tailnetproxy.integration.tailnet;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * What the containers are made of: the images' references, which the build leaves in a properties file, and what the
 * other modules built.
 *
 * @param headscale the image of the control server
 * @param lambdaRuntime the image in which functions and the target service run
 * @param cluster the image of a private network behind a subnet router
 * @param secretsManager the image of the Secrets Manager
 * @param proxyContainer the image of the proxy as a container
 * @param subnetRouter the executable of a tailscaled that routes subnets, which the layer's can't
 * @param layer the layer's archive
 * @param function the proxy's archive
 * @param runtimeClient the folder of AWS's Java runtime interface client
 * @param classes the folder of this module's classes
 */
public record Artifacts(
        String headscale,
        String lambdaRuntime,
        String cluster,
        String secretsManager,
        String proxyContainer,
        Path subnetRouter,
        Path layer,
        Path function,
        Path runtimeClient,
        Path classes) {

    /** Checks that everything was built. */
    public Artifacts {
        for (Path file : new Path[] {subnetRouter, layer, function, runtimeClient, classes}) {
            if (!Files.exists(file)) {
                throw new IllegalStateException(file + " is missing; build it with mvn package");
            }
        }
    }

    /**
     * Finds everything from the repository's folder.
     *
     * @param repository the top folder of the checkout
     * @throws IllegalStateException when something was not built yet
     */
    public static Artifacts of(Path repository) {
        Path target = repository.resolve("integration-tests/target");
        Properties images = new Properties();
        Path file = target.resolve("images.properties");
        try (Reader reader = Files.newBufferedReader(file)) {
            images.load(reader);
        } catch (IOException missing) {
            throw new UncheckedIOException(file + " can't be read; build it with mvn package", missing);
        }
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x86_64";
        return new Artifacts(
                images.getProperty("headscale"),
                images.getProperty("lambda-runtime"),
                images.getProperty("cluster"),
                images.getProperty("secrets-manager"),
                images.getProperty("proxy"),
                target.resolve("subnet-router"),
                repository.resolve("layer/target/tailscale-layer-" + architecture + ".zip"),
                repository.resolve("proxy-quarkus/target/function.zip"),
                target.resolve("runtime-client"),
                target.resolve("classes"));
    }
}
