package dev.tailnetproxy.benchmarks.scale;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The numbers that everything else follows from.
 *
 * @param values by their names
 */
public record ScaleInputs(Map<String, Double> values) {

    /** A row of a table whose second column is a number, and whose third one is its unit. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([^|]+) \\| ([0-9.]+) \\| [^|]+ \\| [^|]+ \\|$");

    public ScaleInputs {
        values = Map.copyOf(values);
    }

    /**
     * Of the tables {@code | input | value | unit | source |} of a page.
     *
     * @throws IllegalArgumentException when an input is there twice
     */
    public static ScaleInputs of(String page) {
        Map<String, Double> values = new LinkedHashMap<>();
        for (MatchResult row : ROW.matcher(page).results().toList()) {
            if (values.put(row.group(1), Double.valueOf(row.group(2))) != null) {
                throw new IllegalArgumentException("the input is there twice: " + row.group(1));
            }
        }
        return new ScaleInputs(values);
    }

    /** One of them. */
    double get(String name) {
        Double value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("there is no input " + name);
        }
        return value;
    }

    /** One that is a number of things. */
    int count(String name) {
        return (int) Math.round(get(name));
    }
}
