package dev.tailnetproxy.localstack.load;

import java.util.List;
import java.util.stream.Stream;

/**
 * One request of the load generator.
 *
 * @param kind its kind
 * @param id its identity
 * @param start the time of its beginning, in milliseconds since the epoch, by the clock of the load generator
 * @param millis its duration, with all attempts
 * @param attempts how many there were
 * @param longestAttempt the duration of the longest one
 * @param succeeded whether one of them did
 * @param causes the causes of those that did not, in their order
 */
public record LoadRecord(
        LoadKind kind,
        String id,
        long start,
        long millis,
        int attempts,
        long longestAttempt,
        boolean succeeded,
        List<String> causes) {

    private static final int COLUMNS = 8;

    /** Checks that each attempt but a successful one has a cause. */
    public LoadRecord {
        causes = List.copyOf(causes);
        if (causes.size() != attempts - (succeeded ? 1 : 0)) {
            throw new IllegalArgumentException(id + " has " + attempts + " attempts, but the causes " + causes);
        }
    }

    /** Reads a line of the load generator's file, which is not its first one. */
    public static LoadRecord parse(String line) {
        String[] columns = line.split(",", -1);
        if (columns.length != COLUMNS) {
            throw new IllegalArgumentException("not " + COLUMNS + " columns: " + line);
        }
        return new LoadRecord(
                LoadKind.of(columns[0]),
                columns[1],
                Long.parseLong(columns[2]),
                Long.parseLong(columns[3]),
                Integer.parseInt(columns[4]),
                Long.parseLong(columns[5]),
                succeeded(columns[6]),
                Stream.of(columns[7].split("\\|", -1))
                        .filter(cause -> !cause.isEmpty())
                        .toList());
    }

    private static boolean succeeded(String outcome) {
        return switch (outcome) {
            case "ok" -> true;
            case "lost" -> false;
            default -> throw new IllegalArgumentException("not an outcome: " + outcome);
        };
    }

    /** Whether an attempt failed. */
    public boolean disturbed() {
        return !causes.isEmpty();
    }

    /** The time of its end, in milliseconds since the epoch. */
    public long end() {
        return start + millis;
    }
}
