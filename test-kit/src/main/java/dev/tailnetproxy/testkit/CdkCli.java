package dev.tailnetproxy.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The pinned CDK CLI, run at the top of the checkout as a user runs it. Its output is kept in a folder. */
public final class CdkCli {

    private static final long MINUTES = 5;
    private static final Pattern OUTPUT =
            Pattern.compile("^[A-Za-z0-9-]+\\.([A-Za-z0-9]+) = (\\S+)$", Pattern.MULTILINE);

    private final Path checkout;
    private final Map<String, String> environment;
    private final Path folder;

    /**
     * Runs nothing yet.
     *
     * @param checkout the top of the checkout
     * @param environment credentials, and what directs the CLI to an account; those of this process are not passed on
     * @param folder gets the output of each command
     */
    public CdkCli(Path checkout, Map<String, String> environment, Path folder) {
        this.checkout = checkout;
        this.environment = Map.copyOf(environment);
        this.folder = folder;
    }

    /**
     * Runs a command and gives its output.
     *
     * @throws IllegalStateException with its output when it fails
     */
    public String run(String command, String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("npx", "--no-install", "aws-cdk", command, "--no-notices"));
        words.addAll(List.of(arguments));
        Path log = Files.createDirectories(folder).resolve(command + ".log");
        ProcessBuilder cli = new ProcessBuilder(words)
                .directory(checkout.toFile())
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

    /** The outputs of a stack by name, as {@code deploy} prints them. */
    public static Map<String, String> outputs(String printed) {
        return OUTPUT.matcher(printed)
                .results()
                .collect(Collectors.toMap(
                        output -> output.group(1), output -> output.group(2), (first, again) -> again));
    }
}
