package dev.tailnetproxy.function.environment;

import dev.tailnetproxy.contract.Variable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads declared variables. A mistake is kept and the default takes its place, so that one start shows all mistakes.
 *
 * <p>A blank value counts as none, as it does in the extension: deployment tools set variables to nothing when they mean to
 * leave them out.
 */
public final class EnvironmentReader {

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

    private final Environment environment;
    private final List<InvalidSetting> mistakes = new ArrayList<>();

    /** @param environment where the values come from */
    public EnvironmentReader(Environment environment) {
        this.environment = environment;
    }

    /** The value without white space at its ends; empty when there is none. */
    public Optional<String> value(Variable variable) {
        return environment.value(variable.name()).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** Whether there is a value that is not blank. */
    public boolean isSet(Variable variable) {
        return value(variable).isPresent();
    }

    /** The value, or the declared default. */
    public String text(Variable.Text variable) {
        return value(variable).orElse(variable.defaultValue());
    }

    /** The value as a path; empty when there is none. */
    public Optional<Path> path(Variable.Text variable) {
        return value(variable).map(Path::of);
    }

    /** Where there is neither a value nor a default, the smallest number. */
    public int number(Variable.WholeNumber variable) {
        int defaultNumber = variable.defaultNumber().orElse(variable.min());
        return value(variable)
                .map(text -> number(variable, text, variable.min(), variable.max(), defaultNumber))
                .orElse(defaultNumber);
    }

    /**
     * A number, or the one that suits the process.
     *
     * @param auto the number when the variable leaves it to the function
     */
    public int number(Variable.NumberOrAuto variable, int auto) {
        return value(variable)
                .filter(text -> !text.equals(Variable.NumberOrAuto.AUTO))
                .map(text -> number(variable, text, 1, variable.max(), auto))
                .orElse(auto);
    }

    /** A declared whole number of milliseconds. */
    public Duration millis(Variable.WholeNumber variable) {
        return Duration.ofMillis(number(variable));
    }

    private int number(Variable variable, String text, int min, int max, int defaultNumber) {
        if (DIGITS.matcher(text).matches()) {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        }
        reject(variable, "must be a whole number from " + min + " to " + max + ", but is \"" + text + "\"");
        return defaultNumber;
    }

    /** One of the declared words. */
    public String choice(Variable.Choice variable) {
        String text = value(variable).orElse(variable.defaultValue());
        if (variable.words().contains(text)) {
            return text;
        }
        int last = variable.words().size() - 1;
        reject(
                variable,
                "must be \"" + String.join("\", \"", variable.words().subList(0, last)) + "\" or \""
                        + variable.words().get(last) + "\", but is \"" + text + "\"");
        return variable.defaultValue();
    }

    /** True or false, in any of the spellings that the extension takes. */
    public boolean flag(Variable.Flag variable) {
        String text = value(variable).orElse(variable.defaultValue());
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on" -> true;
            case "false", "0", "no", "off" -> false;
            default -> {
                reject(variable, "must be true or false, but is \"" + text + "\"");
                yield variable.isDefault();
            }
        };
    }

    /**
     * Keeps a mistake. Only the first one of a variable counts: others may follow from it.
     *
     * @param problem what is wrong and what to do, to be read behind the variable's name
     */
    public void reject(Variable variable, String problem) {
        if (mistakes.stream().noneMatch(mistake -> mistake.variable().equals(variable.name()))) {
            mistakes.add(new InvalidSetting(variable.name(), problem));
        }
    }

    /** Whether it has another value than its default. A deployment tool may set every variable, each to its default. */
    public boolean isChanged(Variable variable) {
        return value(variable)
                .filter(value -> !value.equals(variable.defaultValue()))
                .isPresent();
    }

    /**
     * Rejects a variable that was changed, but has no effect: who sets it expects one.
     *
     * @param condition what would give it an effect
     */
    public void rejectWithoutEffect(Variable variable, String condition) {
        if (isChanged(variable)) {
            reject(variable, "has no effect without " + condition);
        }
    }

    /** Whether a mistake was found so far. */
    public boolean hasMistakes() {
        return !mistakes.isEmpty();
    }

    /**
     * Ends a start with mistakes.
     *
     * @throws InvalidSettingsException when there was a mistake
     */
    public void throwIfInvalid() {
        if (hasMistakes()) {
            throw new InvalidSettingsException(mistakes);
        }
    }
}
