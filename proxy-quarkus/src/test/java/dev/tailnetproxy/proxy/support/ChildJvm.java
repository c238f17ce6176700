package dev.tailnetproxy.proxy.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A JVM of its own with the classes of this one, for what a process can do once, or must not do to others. */
public final class ChildJvm implements AutoCloseable {

    private final Process process;
    private final BufferedReader out;

    /**
     * Starts the main method of a class.
     *
     * @param openFiles how many files it may have open
     */
    public ChildJvm(int openFiles, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "/bin/sh",
                "-c",
                "ulimit -n " + openFiles + " && exec \"$@\"",
                "sh",
                ProcessHandle.current().info().command().orElseThrow(),
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out = process.inputReader(StandardCharsets.UTF_8);
    }

    /** The next line that it writes. */
    public String line() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new AssertionError("the process has ended");
        }
        return line;
    }

    /** All that it writes until its end. */
    public List<String> readRemaining() {
        return out.lines().toList();
    }

    public ChildJvm send(String line) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
        return this;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
