package dev.tailnetproxy.localstack.tailnet;

import java.io.IOException;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;

/** Runs commands in containers as root, beside the main process. */
public final class ContainerExec {

    private ContainerExec() {}

    /** Runs one to its end, whatever its exit status. */
    public static ExecResult run(GenericContainer<?> container, String... command) {
        try {
            return container.execInContainer(command);
        } catch (IOException failure) {
            throw new IllegalStateException(String.join(" ", command) + " could not be run", failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stop);
        }
    }

    /** Returns its output; fails if the command fails. */
    public static String output(GenericContainer<?> container, String... command) {
        ExecResult result = run(container, command);
        if (result.getExitCode() != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + " failed: " + result.getStderr() + result.getStdout());
        }
        return result.getStdout();
    }
}
