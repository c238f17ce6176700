package dev.tailnetproxy.proxy.config;

import dev.tailnetproxy.proxy.policy.TargetRule;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One environment variable. A blank value counts as none, as it does in the extension: deployment tools set variables to
 * nothing when they mean to leave them out.
 *
 * @param name for sentences about a wrong value
 * @param value without blanks at its ends
 */
record Variable(String name, Optional<String> value) {

    /** What any time-out can be: a Lambda function lives for 15 minutes at most. */
    private static final int MAX_MS = 900_000;

    Variable {
        value = value.map(String::strip).filter(text -> !text.isEmpty());
    }

    String text(String defaultValue) {
        return value.orElse(defaultValue);
    }

    int number(int defaultValue, int min, int max) {
        if (value.isEmpty()) {
            return defaultValue;
        }
        String text = value.get();
        if (text.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        }
        throw invalid("must be a whole number from " + min + " to " + max + ", but is \"" + text + "\"");
    }

    Duration millis(int defaultValue, int min) {
        return Duration.ofMillis(number(defaultValue, min, MAX_MS));
    }

    /** One of two words, the first of which is the usual one; true for the other. */
    boolean isAlternative(String defaultValue, String alternative) {
        String text = text(defaultValue);
        if (text.equals(alternative) || text.equals(defaultValue)) {
            return text.equals(alternative);
        }
        throw invalid("must be \"" + defaultValue + "\" or \"" + alternative + "\", but is \"" + text + "\"");
    }

    /** True or false, in any of the spellings that the extension takes. */
    boolean bool(boolean defaultValue) {
        return switch (text(Boolean.toString(defaultValue)).toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on" -> true;
            case "false", "0", "no", "off" -> false;
            default -> throw invalid("must be true or false, but is \"" + text("") + "\"");
        };
    }

    List<TargetRule> rules() {
        try {
            return TargetRule.parseList(text(""));
        } catch (IllegalArgumentException e) {
            throw invalid("is not a list of targets: " + e.getMessage());
        }
    }

    InvalidSettingException invalid(String problem) {
        return new InvalidSettingException(name, problem);
    }
}
