package dev.tailnetproxy.integration;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Programs that run beside the test. */
final class ChildProcess {

    private static final int MAX_SECONDS = 120;

    private ChildProcess() {}

    /** Runs the JVM that this test runs in. */
    static ProcessResult java(List<String> options, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(javaCommand());
        command.addAll(options);
        command.addAll(List.of(arguments));
        return run(command, environment);
    }

    /** The JVM that this test runs in, to be given options. */
    static List<String> javaCommand() {
        return List.of(Path.of(System.getProperty("java.home"), "bin/java").toString());
    }

    /** Runs a command to its end, without input, with these variables added to the environment. */
    static ProcessResult run(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile("out", ".txt");
        Path errors = Files.createTempFile("errors", ".txt");
        try {
            Process process = builder(command, environment)
                    .redirectOutput(out.toFile())
                    .redirectError(errors.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(command.get(0) + " did not end within " + MAX_SECONDS + " s");
            }
            return new ProcessResult(
                    process.exitValue(),
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(errors, StandardCharsets.UTF_8));
        } finally {
            Files.delete(out);
            Files.delete(errors);
        }
    }

    /** A command with these variables added to the environment, and no credentials of this machine's own. */
    static ProcessBuilder builder(List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment().putAll(environment);
        return builder;
    }

    /** What a program left behind. */
    record ProcessResult(int status, String out, String errors) {}
}
