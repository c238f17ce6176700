package dev.tailnetproxy.cdk.deploy;

import dev.tailnetproxy.cdk.support.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The pinned CLI, run at the top of the checkout as a user runs it. Its output is kept in {@code target/deploy}. */
final class CdkCli {

    private static final long MINUTES = 5;

    private final Map<String, String> environment;
    private final Path folder;

    CdkCli(Map<String, String> environment, Path folder) {
        this.environment = environment;
        this.folder = folder;
    }

    /**
     * Runs a command and gives what it said.
     *
     * @throws IllegalStateException with its output when it fails
     */
    String run(String command, String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("npx", "--no-install", "aws-cdk", command, "--no-notices"));
        words.addAll(List.of(arguments));
        Path log = Files.createDirectories(folder).resolve(command + ".log");
        ProcessBuilder cli = new ProcessBuilder(words)
                .directory(Repository.file(".").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        // A developer's own account must not be found.
        cli.environment().keySet().removeIf(name -> name.startsWith("AWS_") || name.startsWith("CDK_"));
        cli.environment().putAll(environment);
        cli.environment().put("CDK_DISABLE_CLI_TELEMETRY", "true");
        cli.environment().put("CI", "true");
        Process process = cli.start();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            throw new IllegalStateException("cdk " + command + " did not end; it said: " + Files.readString(log));
        }
        String output = Files.readString(log);
        if (process.exitValue() != 0) {
            throw new IllegalStateException("cdk " + command + " failed: " + output);
        }
        return output;
    }
}
