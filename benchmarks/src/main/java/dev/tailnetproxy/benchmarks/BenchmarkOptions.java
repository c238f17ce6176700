package dev.tailnetproxy.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The selection of measurements.
 *
 * @param parts parts by their names; all of them when there are none
 * @param functions archives of the proxy beside the one that was just built
 * @param attacks the attacks of the part that attacks
 */
record BenchmarkOptions(Set<String> parts, List<Path> functions, AttackPlan attacks) {

    /** Names of the parts. */
    static final Set<String> PARTS = new TreeSet<>(Set.of(
            "attack",
            "extension",
            "first",
            "forward",
            "function",
            "invocation",
            "joins",
            "load",
            "memory",
            "proxy",
            "short"));

    /** They need no tailnet, or make one of their own. */
    private static final Set<String> WITHOUT_TAILNET = Set.of("function", "joins");

    private static final String FUNCTION = "--function";
    private static final String ATTACK = "--attack";
    private static final String SECONDS = "--seconds";
    private static final Map<String, String> OPTIONS = Map.of(FUNCTION, "archive", ATTACK, "name", SECONDS, "number");

    BenchmarkOptions {
        parts = Set.copyOf(parts);
        functions = List.copyOf(functions);
    }

    /**
     * As the command line names them: names of parts, {@code --function ARCHIVE} and {@code --attack NAME} as often as there
     * are some, and {@code --seconds N} for attacks of another length.
     *
     * @param folder where relative paths begin
     * @param arguments the command line
     * @throws IllegalArgumentException with a sentence for anything else
     */
    static BenchmarkOptions of(Path folder, String... arguments) {
        Set<String> parts = new TreeSet<>();
        List<Path> functions = new ArrayList<>();
        List<String> attacks = new ArrayList<>();
        String seconds = Integer.toString(AttackPlan.ALL_ATTACKS.seconds());
        Iterator<String> rest = List.of(arguments).iterator();
        while (rest.hasNext()) {
            String argument = rest.next();
            if (PARTS.contains(argument)) {
                parts.add(argument);
                continue;
            }
            switch (argument) {
                case FUNCTION -> functions.add(folder.resolve(value(argument, rest)));
                case ATTACK -> attacks.add(value(argument, rest));
                case SECONDS -> seconds = value(argument, rest);
                default ->
                    throw new IllegalArgumentException("\"" + argument + "\" is nothing to measure: give "
                            + String.join(", ", PARTS) + ", or " + FUNCTION + " ARCHIVE");
            }
        }
        return new BenchmarkOptions(parts, functions, AttackPlan.of(attacks, seconds));
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + " has no " + OPTIONS.get(option) + " behind it");
        }
        return rest.next();
    }

    /** Whether a part is to be measured. */
    boolean includes(String part) {
        return parts.isEmpty() || parts.contains(part);
    }

    /** Whether a part is to be measured that runs in the usual tailnet. */
    boolean needsTailnet() {
        return PARTS.stream().anyMatch(part -> !WITHOUT_TAILNET.contains(part) && includes(part));
    }

    /** Whether it is everything, so that the page of figures can be written. */
    boolean isComplete() {
        return parts.isEmpty();
    }

    /** Whether all attacks are made, so that their page can be written. */
    boolean hasAllAttacks() {
        return includes("attack") && attacks.isComplete();
    }
}
