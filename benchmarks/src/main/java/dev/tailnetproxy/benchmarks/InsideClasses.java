package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.inside.StartClock;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.testcontainers.utility.MountableFile;

/** The classes that run inside of measured containers. */
final class InsideClasses {

    /** Where they lie in a container. */
    static final String FOLDER = "/var/benchmarks/classes";

    private InsideClasses() {}

    static MountableFile ofThisModule() {
        try {
            return MountableFile.forHostPath(Path.of(StartClock.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI()));
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
