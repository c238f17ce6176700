package dev.tailnetproxy.cdk;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import software.amazon.awscdk.services.lambda.Architecture;

/**
 * The zips as {@code mvn package} leaves them.
 *
 * @param top the absolute path of the checkout's top folder
 */
record BuildOutputs(Path top) {

    private static final String PROXY = "proxy-quarkus";
    private static final String LAYER = "layer";
    private static final String WEBHOOK_AUTHORIZER = "webhook-authorizer-quarkus";
    private static final String KEY_ROTATION = "key-rotation-quarkus";

    /** Those of the checkout that this class was built in, wherever the app that uses it runs. */
    static BuildOutputs find() {
        return locate(classLocation(), Path.of(""));
    }

    /** Those of the checkout that the classes lie in; for classes from a Maven repository, those below a folder. */
    static BuildOutputs locate(Optional<Path> classes, Path fallback) {
        Path folder = classes.map(Path::toAbsolutePath).orElse(null);
        while (folder != null) {
            if (Files.isRegularFile(folder.resolve(PROXY).resolve("pom.xml"))
                    && Files.isDirectory(folder.resolve(LAYER))) {
                return new BuildOutputs(folder);
            }
            folder = folder.getParent();
        }
        return new BuildOutputs(fallback.toAbsolutePath());
    }

    private static Optional<Path> classLocation() {
        CodeSource source = BuildOutputs.class.getProtectionDomain().getCodeSource();
        try {
            return source == null
                    ? Optional.empty()
                    : Optional.of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException | IllegalArgumentException noFile) {
            return Optional.empty();
        }
    }

    String function() {
        return function(PROXY);
    }

    String webhookAuthorizer() {
        return function(WEBHOOK_AUTHORIZER);
    }

    String keyRotation() {
        return function(KEY_ROTATION);
    }

    private String function(String module) {
        return top.resolve(module).resolve("target/function.zip").toString();
    }

    String layer(Architecture architecture) {
        return top.resolve(LAYER)
                .resolve("target/tailscale-layer-" + architecture.getName() + ".zip")
                .toString();
    }
}
