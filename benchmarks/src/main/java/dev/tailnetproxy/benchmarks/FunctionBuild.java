package dev.tailnetproxy.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipFile;

/**
 * An archive of the proxy to be measured, and the runtime that it is built for.
 *
 * @param archive the zip
 * @param kind the kind of its content
 */
record FunctionBuild(Path archive, Kind kind) {

    private static final String EXECUTABLE = "bootstrap";
    private static final String JARS = "lib/";

    /** Differences in the measurement of each. */
    enum Kind {
        /** On the managed Java runtime. */
        JVM("JVM", "java", 512),

        /** An executable of its own. */
        NATIVE("native", EXECUTABLE, 256);

        private final String word;
        private final String process;
        private final int defaultMegabytes;

        Kind(String word, String process, int defaultMegabytes) {
            this.word = word;
            this.process = process;
            this.defaultMegabytes = defaultMegabytes;
        }

        /** How the figures call it. */
        String word() {
            return word;
        }

        /** The name of the runtime's process, as the kernel has it. */
        String process() {
            return process;
        }

        /** The memory that the CDK gives a function of this kind; a test of the CDK holds the two together. */
        int defaultMegabytes() {
            return defaultMegabytes;
        }

        /** Further environment variables that the CDK sets. */
        Map<String, String> variables() {
            return this == NATIVE ? Map.of("DISABLE_SIGNAL_HANDLERS", "true") : Map.of();
        }
    }

    /**
     * Looks into an archive.
     *
     * @throws IllegalArgumentException with a sentence when it is no build of the proxy
     */
    static FunctionBuild of(Path archive) {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            if (zip.getEntry(EXECUTABLE) != null) {
                return new FunctionBuild(archive, Kind.NATIVE);
            }
            if (zip.stream().anyMatch(entry -> entry.getName().startsWith(JARS))) {
                return new FunctionBuild(archive, Kind.JVM);
            }
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    archive.toAbsolutePath() + " can't be read as a zip: give a function.zip of the proxy", unreadable);
        }
        throw new IllegalArgumentException(archive.toAbsolutePath() + " holds neither " + EXECUTABLE + " nor " + JARS
                + ": give a function.zip of the proxy");
    }
}
