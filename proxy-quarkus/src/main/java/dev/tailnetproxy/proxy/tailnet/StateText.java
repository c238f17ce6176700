package dev.tailnetproxy.proxy.tailnet;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Members of the extension's state file, which may be missing or something else than they should be. */
final class StateText {

    private static final int MAX_LENGTH = 300;

    private StateText() {}

    /** The text as one line of visible ASCII, because it may go into a header; empty when nothing is left of it. */
    static Optional<String> visible(@Nullable Object json) {
        if (!(json instanceof String text)) {
            return Optional.empty();
        }
        String line = text.replaceAll("[^ -~]", " ").strip();
        return Optional.of(line.length() > MAX_LENGTH ? line.substring(0, MAX_LENGTH) : line)
                .filter(visible -> !visible.isEmpty());
    }

    /** A number that can't be negative. */
    static long count(@Nullable Object json) {
        return json instanceof Number number ? Math.max(0, number.longValue()) : 0;
    }

    static Optional<Instant> instant(@Nullable Object json) {
        try {
            return json instanceof String written ? Optional.of(Instant.parse(written)) : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
