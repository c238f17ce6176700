package dev.tailnetproxy.contract;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The declaration of an environment variable. A variable that is set to blanks counts as unset. The texts are Markdown, as
 * the tables of the documentation show them.
 */
public sealed interface Variable {

    /** The name. */
    String name();

    /** What an unset variable means; empty when there is no such value. */
    String defaultValue();

    /** Which values are valid. */
    String values();

    /** What the variable is for. */
    String description();

    /**
     * A text.
     *
     * @param values the form of the text, in words
     */
    record Text(String name, String defaultValue, String values, String description) implements Variable {}

    /**
     * A decimal number without a sign.
     *
     * @param defaultNumber empty when unset means that there is no number
     * @param min the smallest valid number
     * @param max the largest valid number
     */
    record WholeNumber(String name, OptionalInt defaultNumber, int min, int max, String description)
            implements Variable {

        /** Checks the bounds. */
        public WholeNumber {
            if (min > max || defaultNumber.orElse(min) < min || defaultNumber.orElse(max) > max) {
                throw new IllegalArgumentException(name + " has a default outside of its bounds");
            }
        }

        @Override
        public String defaultValue() {
            return defaultNumber.isPresent() ? Integer.toString(defaultNumber.getAsInt()) : "";
        }

        @Override
        public String values() {
            return min + " to " + max;
        }
    }

    /**
     * A decimal number without a sign, or {@value #AUTO}, which leaves the number to the program.
     *
     * @param max the largest valid number; the smallest is 1
     */
    record NumberOrAuto(String name, int max, String description) implements Variable {

        /** The value that leaves the number to the program. */
        public static final String AUTO = "auto";

        @Override
        public String defaultValue() {
            return AUTO;
        }

        @Override
        public String values() {
            return "1 to " + max + ", or `" + AUTO + "`";
        }
    }

    /** One of some words, the first of which is the default. */
    record Choice(String name, List<String> words, String description) implements Variable {

        @Override
        public String defaultValue() {
            return words.get(0);
        }

        @Override
        public String values() {
            return words.stream().map(word -> "`" + word + "`").collect(Collectors.joining(", "));
        }
    }

    /** True or false. */
    record Flag(String name, boolean isDefault, String description) implements Variable {

        @Override
        public String defaultValue() {
            return Boolean.toString(isDefault);
        }

        @Override
        public String values() {
            return "`true`, `false`";
        }
    }
}
