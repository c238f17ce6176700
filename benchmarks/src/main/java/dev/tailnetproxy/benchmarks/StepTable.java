package dev.tailnetproxy.benchmarks;

import dev.tailnetproxy.benchmarks.incontainer.FunctionPayload;
import dev.tailnetproxy.benchmarks.incontainer.FunctionStep;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where the time of an invocation goes: what was measured as a whole, its steps, and what is left of the whole. */
final class StepTable {

    private final Map<FunctionPayload, Map<FunctionStep, Long>> nanos = new EnumMap<>(FunctionPayload.class);

    /** Adds a median. */
    void add(FunctionStep step, FunctionPayload payload, long median) {
        nanos.computeIfAbsent(payload, first -> new EnumMap<>(FunctionStep.class))
                .put(step, median);
    }

    /** What no step of the function accounts for: the client, the exchange's change of threads, the body's pieces. */
    private long rest(FunctionPayload payload) {
        return of(FunctionStep.FUNCTION, payload)
                - of(FunctionStep.STRAIGHT, payload)
                - of(FunctionStep.EVENT_JSON, payload)
                - of(FunctionStep.EVENT_TO_REQUEST, payload)
                - of(FunctionStep.FIELDS, payload)
                - of(FunctionStep.HAND_OVER, payload)
                - of(FunctionStep.RESPONSE_JSON, payload)
                - of(FunctionStep.LOG_LINE, payload);
    }

    private long of(FunctionStep step, FunctionPayload payload) {
        return Objects.requireNonNull(
                Objects.requireNonNull(nanos.get(payload), payload::name).get(step), step::name);
    }

    @Override
    public String toString() {
        StringBuilder table = new StringBuilder("| µs, median | ")
                .append(Stream.of(FunctionPayload.values())
                        .map(FunctionPayload::title)
                        .collect(Collectors.joining(" | ")))
                .append(" |\n|---|---|---|---|\n");
        row(table, "the function, event to response", FunctionStep.FUNCTION);
        row(table, "of that: the exchange with the target, by hand", FunctionStep.STRAIGHT);
        row(table, "the event's JSON", FunctionStep.EVENT_JSON);
        row(table, "the request out of it", FunctionStep.EVENT_TO_REQUEST);
        row(table, "of that: its base64", FunctionStep.BASE64_IN);
        row(table, "target and fields, both ways", FunctionStep.FIELDS);
        row(table, "to the event loop and back", FunctionStep.HAND_OVER);
        row(table, "the response's JSON", FunctionStep.RESPONSE_JSON);
        row(
                table,
                "of that: its base64",
                payload ->
                        of(FunctionStep.RESPONSE_JSON, payload) - of(FunctionStep.RESPONSE_JSON_WITHOUT_BODY, payload));
        row(table, "the log line", FunctionStep.LOG_LINE);
        row(table, "the rest: Vert.x and Netty beyond the exchange by hand", this::rest);
        return table.toString();
    }

    private void row(StringBuilder table, String title, FunctionStep step) {
        row(table, title, payload -> of(step, payload));
    }

    private static void row(StringBuilder table, String title, ToLongFunction<FunctionPayload> nanos) {
        table.append("| ").append(title);
        for (FunctionPayload payload : FunctionPayload.values()) {
            table.append(" | ").append(Figure.number(nanos.applyAsLong(payload) / 1e3));
        }
        table.append(" |\n");
    }
}
