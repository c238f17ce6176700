package dev.tailnetproxy.benchmarks.incontainer.attack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counters of all clients of an attack. */
final class AttackCounters {

    private static final int BEGINNING_BYTES = 12;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})");

    private long connections;
    private long bytesWritten;
    private long bytesRead;
    private final Map<String, Integer> statuses = new TreeMap<>();
    private long failed;
    private String failure = "none";

    void opened() {
        connections++;
    }

    void wrote(long bytes) {
        bytesWritten += bytes;
    }

    /** Bytes that one client has read; a response that begins them is counted by its status. */
    void read(ByteBuffer bytes) {
        bytesRead += bytes.remaining();
        if (bytes.remaining() >= BEGINNING_BYTES) {
            byte[] beginning = new byte[BEGINNING_BYTES];
            bytes.get(beginning);
            Matcher status = STATUS.matcher(new String(beginning, StandardCharsets.ISO_8859_1));
            if (status.matches()) {
                statuses.merge(status.group(1), 1, Integer::sum);
            }
        }
    }

    void ended(IOException how) {
        failed++;
        failure = String.valueOf(how.getMessage());
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d connections, %.1f MB written, %.1f MB read, reads that start with a response, by status, %s, %d connections ended "
                        + "with an error (the last: %s)",
                connections,
                bytesWritten / 1e6,
                bytesRead / 1e6,
                statuses,
                failed,
                failure);
    }
}
