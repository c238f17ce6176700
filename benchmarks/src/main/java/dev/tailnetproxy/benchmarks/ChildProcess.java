package dev.tailnetproxy.benchmarks;

/**
 * A process of this machine that ends with its measurement.
 *
 * @param process the process
 */
record ChildProcess(Process process) implements AutoCloseable {

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
