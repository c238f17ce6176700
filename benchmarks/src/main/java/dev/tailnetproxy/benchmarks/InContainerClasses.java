package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.incontainer.StartTimer;
import dev.tailnetproxy.localstack.tailnet.Artifacts;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.MountableFile;

/** The classes that run inside of measured containers, with those of the test kit. */
final class InContainerClasses {

    /** Where they lie in a container. */
    static final String FOLDER = "/var/benchmarks/classes";

    private InContainerClasses() {}

    /** Copies them into a container that does not run yet. */
    static void addTo(GenericContainer<?> container) {
        folders().forEach(folder -> container.withCopyFileToContainer(folder, FOLDER));
    }

    /** Makes one of them the function of an execution environment, in the place of what its archive has. */
    static void addToFunction(GenericContainer<?> container, Class<?> function) {
        addTo(container);
        container.withCopyFileToContainer(ownFolder(), "/var/task");
        container.withEnv("_HANDLER", function.getName() + "::handleRequest");
    }

    /** Copies them into a running container. */
    static void copyTo(GenericContainer<?> container) {
        folders().forEach(folder -> container.copyFileToContainer(folder, FOLDER));
    }

    private static List<MountableFile> folders() {
        Path testKit = Artifacts.of(Path.of(System.getProperty("repository"))).testKitClasses();
        return List.of(ownFolder(), MountableFile.forHostPath(testKit));
    }

    private static MountableFile ownFolder() {
        try {
            return MountableFile.forHostPath(Path.of(StartTimer.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI()));
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The command that runs one of them where few cores are shared with what is measured. */
    static String[] command(Class<?> program, Object... arguments) {
        return Stream.concat(
                        Stream.of("java", "-XX:+UseSerialGC", "-cp", FOLDER, program.getName()),
                        Stream.of(arguments).map(String::valueOf))
                .toArray(String[]::new);
    }
}
