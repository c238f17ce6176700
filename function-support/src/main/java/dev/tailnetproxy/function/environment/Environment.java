package dev.tailnetproxy.function.environment;

import java.util.Optional;

/** Where the values of environment variables come from. */
@FunctionalInterface
public interface Environment {

    /** The value of a variable, blank or not; empty when it is not set. */
    Optional<String> value(String name);
}
