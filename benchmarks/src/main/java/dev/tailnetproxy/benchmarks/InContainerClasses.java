package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.incontainer.StartTimer;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.testcontainers.utility.MountableFile;

/** The classes that run inside of measured containers. */
final class InContainerClasses {

    /** Where they lie in a container. */
    static final String FOLDER = "/var/benchmarks/classes";

    private InContainerClasses() {}

    static MountableFile mountableFile() {
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
}
