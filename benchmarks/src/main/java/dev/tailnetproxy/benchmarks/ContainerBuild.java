package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.localstack.tailnet.Artifacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A build of the proxy and the container image of it.
 *
 * @param function the archive
 * @param image the image's reference
 */
record ContainerBuild(FunctionBuild function, String image) {

    /**
     * The image that the build has made already, or one that is made now.
     *
     * @throws IllegalStateException with the output of {@code build-image} when it refuses the archive
     */
    static ContainerBuild of(Path repository, Artifacts artifacts, FunctionBuild function)
            throws IOException, InterruptedException {
        if (function.archive().equals(artifacts.function())) {
            return new ContainerBuild(function, artifacts.proxyContainer());
        }
        Process build = new ProcessBuilder(
                        repository.resolve("proxy-quarkus/build-image").toString(),
                        function.archive().toAbsolutePath().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String reference = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (build.waitFor() != 0) {
            throw new IllegalStateException("there is no image of " + function.archive());
        }
        return new ContainerBuild(function, reference);
    }
}
