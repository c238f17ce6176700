package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.localstack.tailnet.ExecutionEnvironment;
import java.io.IOException;
import java.util.List;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.ExecConfig;

/** An execution environment in which things are measured, as the user that functions run as. */
record MeasuredEnvironment(ExecutionEnvironment container) implements AutoCloseable {

    private static final String FUNCTION_USER = "993:990";

    List<String> run(String... command) {
        try {
            Container.ExecResult result = container.execInContainer(
                    ExecConfig.builder().user(FUNCTION_USER).command(command).build());
            if (result.getExitCode() != 0) {
                throw new IllegalStateException(
                        String.join(" ", command) + " failed: " + result.getStderr() + result.getStdout());
            }
            return result.getStdout().lines().toList();
        } catch (IOException failure) {
            throw new IllegalStateException(String.join(" ", command) + " can't be run", failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stop);
        }
    }

    @Override
    public void close() {
        container.stop();
    }
}
