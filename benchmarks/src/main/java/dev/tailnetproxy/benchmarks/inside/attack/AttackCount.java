package dev.tailnetproxy.benchmarks.inside.attack;

import java.io.IOException;

/** What all clients of an attack have done together. */
final class AttackCount {

    private long connections;
    private long bytesWritten;
    private long bytesRead;
    private long failed;
    private String failure = "none";

    void opened() {
        connections++;
    }

    void wrote(long bytes) {
        bytesWritten += bytes;
    }

    void read(long bytes) {
        bytesRead += bytes;
    }

    void ended(IOException how) {
        failed++;
        failure = String.valueOf(how.getMessage());
    }

    @Override
    public String toString() {
        return String.format(
                "%d connections, %.1f MB written, %.1f MB read, %d connections ended with an error (the last: %s)",
                connections, bytesWritten / 1e6, bytesRead / 1e6, failed, failure);
    }
}
