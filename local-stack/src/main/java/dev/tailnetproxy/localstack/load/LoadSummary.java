package dev.tailnetproxy.localstack.load;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The requests of one kind during an event.
 *
 * @param kind the kind
 * @param requests how many there were
 * @param repeated how many of them succeeded after a failed attempt
 * @param lost those that did not succeed
 * @param longestMillis the duration of the longest request
 * @param longestAttemptMillis the duration of the longest attempt
 * @param gapMillis the time between the start of the first disturbed request and the end of the last one, or 0
 * @param causes the causes of failed attempts, and how many each had
 */
public record LoadSummary(
        LoadKind kind,
        int requests,
        int repeated,
        List<LoadRecord> lost,
        long longestMillis,
        long longestAttemptMillis,
        long gapMillis,
        Map<String, Long> causes) {

    /** Checks that no more are lost and repeated than there were. */
    public LoadSummary {
        lost = List.copyOf(lost);
        if (repeated + lost.size() > requests) {
            throw new IllegalArgumentException(requests + " requests can't have " + (repeated + lost.size()));
        }
    }

    /** Sums up the records of this kind. */
    public static LoadSummary of(LoadKind kind, List<LoadRecord> records) {
        List<LoadRecord> ours =
                records.stream().filter(record -> record.kind() == kind).toList();
        List<LoadRecord> disturbed = ours.stream().filter(LoadRecord::disturbed).toList();
        List<LoadRecord> lost =
                ours.stream().filter(record -> !record.succeeded()).toList();
        return new LoadSummary(
                kind,
                ours.size(),
                disturbed.size() - lost.size(),
                lost,
                longest(ours, LoadRecord::millis),
                longest(ours, LoadRecord::longestAttempt),
                gap(disturbed),
                causes(disturbed));
    }

    private static long longest(List<LoadRecord> records, Function<LoadRecord, Long> duration) {
        return records.stream().map(duration).max(Comparator.naturalOrder()).orElse(0L);
    }

    private static long gap(List<LoadRecord> disturbed) {
        return longest(disturbed, LoadRecord::end)
                - disturbed.stream()
                        .map(LoadRecord::start)
                        .min(Comparator.naturalOrder())
                        .orElse(0L);
    }

    private static Map<String, Long> causes(List<LoadRecord> disturbed) {
        return disturbed.stream()
                .flatMap(record -> record.causes().stream())
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    }

    /** One line for a reader. */
    @Override
    public String toString() {
        return "%-5s %5d requests, %3d repeated, %3d lost, longest %4d ms, gap %5d ms, %s"
                .formatted(kind, requests, repeated, lost.size(), longestMillis, gapMillis, causes);
    }
}
