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
    private static final int LONGEST_MS = 900_000;

    Variable {
        value = value.map(String::strip).filter(text -> !text.isEmpty());
    }

    String text(String usual) {
        return value.orElse(usual);
    }

    int number(int usual, int least, int most) {
        if (value.isEmpty()) {
            return usual;
        }
        String text = value.get();
        if (text.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw invalid("must be a whole number from " + least + " to " + most + ", but is \"" + text + "\"");
    }

    Duration millis(int usual, int least) {
        return Duration.ofMillis(number(usual, least, LONGEST_MS));
    }

    /** One of two words, the first of which is the usual one; true for the other. */
    boolean isOther(String usual, String other) {
        String text = text(usual);
        if (text.equals(other) || text.equals(usual)) {
            return text.equals(other);
        }
        throw invalid("must be \"" + usual + "\" or \"" + other + "\", but is \"" + text + "\"");
    }

    /** True or false, in any of the spellings that the extension takes. */
    boolean truth(boolean usual) {
        return switch (text(Boolean.toString(usual)).toLowerCase(Locale.ROOT)) {
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

    InvalidSetting invalid(String sentence) {
        return new InvalidSetting(name, sentence);
    }
}
