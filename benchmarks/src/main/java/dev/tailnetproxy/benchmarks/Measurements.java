package dev.tailnetproxy.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is to be measured.
 *
 * @param parts parts by their names; all of them when there are none
 * @param functions archives of the proxy beside the one that was just built
 */
record Measurements(Set<String> parts, List<Path> functions) {

    /** Names of the parts. */
    static final Set<String> PARTS = new TreeSet<>(Set.of("extension", "first", "proxy", "memory"));

    private static final String FUNCTION = "--function";

    Measurements {
        parts = Set.copyOf(parts);
        functions = List.copyOf(functions);
    }

    /**
     * As the command line names them: names of parts, and {@code --function ARCHIVE} as often as there are some.
     *
     * @param folder where relative paths begin
     * @param arguments the command line
     * @throws IllegalArgumentException with a sentence for anything else
     */
    static Measurements of(Path folder, String... arguments) {
        Set<String> parts = new TreeSet<>();
        List<Path> functions = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals(FUNCTION)) {
                i++;
                if (i == arguments.length) {
                    throw new IllegalArgumentException(FUNCTION + " has no archive behind it");
                }
                functions.add(folder.resolve(arguments[i]));
            } else if (PARTS.contains(arguments[i])) {
                parts.add(arguments[i]);
            } else {
                throw new IllegalArgumentException("\"" + arguments[i] + "\" is nothing to measure: give "
                        + String.join(", ", PARTS) + ", or " + FUNCTION + " ARCHIVE");
            }
        }
        return new Measurements(parts, functions);
    }

    /** Whether a part is to be measured. */
    boolean has(String part) {
        return parts.isEmpty() || parts.contains(part);
    }

    /** Whether it is everything, so that the page can be written. */
    boolean isEverything() {
        return parts.isEmpty();
    }
}
