package dev.tailnetproxy.proxy.lambda;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * One invocation of the function.
 *
 * @param id what identifies it in logs
 * @param remaining how long it may still take, whenever that is asked for
 */
public record Invocation(String id, Supplier<Duration> remaining) {

    public Invocation {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(remaining, "remaining");
    }
}
