package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.cdk.support.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.services.lambda.Architecture;

/** An app of one's own runs in another folder than the checkout. */
class BuildOutputsTest {

    @TempDir
    private Path folder;

    private Path checkout() throws IOException {
        Path top = folder.resolve("checkout");
        Files.createDirectories(top.resolve("layer"));
        Files.createFile(Files.createDirectories(top.resolve("proxy-quarkus")).resolve("pom.xml"));
        return top;
    }

    @ParameterizedTest
    @ValueSource(strings = {"cdk/target/classes", "cdk/target/cdk-1.0.0.jar", "elsewhere/deep/inside"})
    void usesCheckoutContainingTheClasses(String classes) throws IOException {
        Path top = checkout();

        BuildOutputs built = BuildOutputs.locate(Optional.of(top.resolve(classes)), folder.resolve("an/app"));

        assertThat(built.function()).isEqualTo(top + "/proxy-quarkus/target/function.zip");
        assertThat(built.layer(Architecture.ARM_64)).isEqualTo(top + "/layer/target/tailscale-layer-arm64.zip");
    }

    @Test
    void usesWorkingDirectoryForClassesFromMavenRepository() {
        Path jar = folder.resolve("repository/cdk-1.0.0.jar");

        assertThat(BuildOutputs.locate(Optional.of(jar), folder.resolve("app")).function())
                .isEqualTo(folder + "/app/proxy-quarkus/target/function.zip");
        assertThat(BuildOutputs.locate(Optional.empty(), Path.of("")).function())
                .isEqualTo(Path.of("proxy-quarkus/target/function.zip")
                        .toAbsolutePath()
                        .toString());
    }

    @Test
    void usesThisCheckout() {
        assertThat(BuildOutputs.find().top()).isEqualTo(Repository.file(""));
    }
}
