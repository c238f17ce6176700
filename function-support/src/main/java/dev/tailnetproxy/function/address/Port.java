package dev.tailnetproxy.function.address;

import dev.tailnetproxy.contract.TargetGrammar;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A TCP port that can be connected to.
 *
 * @param number 1 to 65535
 */
public record Port(int number) {

    /** The largest number of a port. */
    public static final int MAX = TargetGrammar.MAX_PORT;

    public Port {
        if (number < 1 || number > MAX) {
            throw new IllegalArgumentException("not a port: " + number);
        }
    }

    /** The port of a decimal number without leading zeros; empty when the text is anything else. */
    public static Optional<Port> parse(String text) {
        OptionalInt number = TargetGrammar.port(text);
        return number.isPresent() ? Optional.of(new Port(number.getAsInt())) : Optional.empty();
    }

    @Override
    public String toString() {
        return Integer.toString(number);
    }
}
