package dev.tailnetproxy.proxy.tailnet;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the extension last wrote about itself.
 *
 * @param phase its phase: starting, joining, running, recovering or stopping
 * @param problem what keeps the node out of the tailnet, if anything
 */
public record ExtensionState(String phase, Optional<Problem> problem) {

    public ExtensionState {
        if (phase.isBlank()) {
            throw new IllegalArgumentException("a state without a phase");
        }
    }

    /**
     * Why the node is not in the tailnet.
     *
     * @param code stable code, such as {@code KeyRejected}
     * @param message one sentence without a secret
     * @param since since when it is so, if that is known
     * @param attempts how many attempts have failed
     * @param definite whether somebody has to change something before it can go away
     */
    public record Problem(String code, String message, Optional<Instant> since, long attempts, boolean definite) {

        public Problem {
            if (code.isBlank() || attempts < 0) {
                throw new IllegalArgumentException("a problem without a code, or after a negative number of attempts");
            }
        }

        /** What is said of it in a sentence. */
        public String reason() {
            return code + ": " + message;
        }

        /** The rest, for those who look at health. */
        public JsonObject details() {
            JsonObject details = new JsonObject().put("code", code);
            since.ifPresent(instant -> details.put("since", instant.toString()));
            return details.put("attempts", attempts).put("definite", definite);
        }

        private static Problem of(JsonObject json) {
            return new Problem(
                    json.getValue("code") instanceof String code && !clean(code).isBlank() ? clean(code) : "Unknown",
                    clean(json.getValue("message") instanceof String message ? message : ""),
                    instant(json.getValue("since")),
                    json.getValue("attempts") instanceof Number attempts ? Math.max(0, attempts.longValue()) : 0,
                    json.getValue("definite") instanceof Boolean definite && definite);
        }

        private static Optional<Instant> instant(@Nullable Object text) {
            try {
                return text instanceof String written ? Optional.of(Instant.parse(written)) : Optional.empty();
            } catch (DateTimeParseException e) {
                return Optional.empty();
            }
        }
    }

    private static final int MAX_MESSAGE_LENGTH = 300;

    /** Reads the file. A missing or unreadable one says nothing, and is no error: the layer may be another one. */
    public static Optional<ExtensionState> read(Path file) {
        try {
            JsonObject json = new JsonObject(Files.readString(file));
            Object problem = json.getValue("problem");
            return Optional.of(new ExtensionState(
                    phase(json.getString("phase", "")),
                    problem instanceof JsonObject object ? Optional.of(Problem.of(object)) : Optional.empty()));
        } catch (IOException | DecodeException | ClassCastException | SecurityException e) {
            return Optional.empty();
        }
    }

    private static String phase(@Nullable String text) {
        return text == null || text.isBlank() ? "unknown" : text;
    }

    /** The text goes into a header, so one line of visible ASCII. */
    private static String clean(String text) {
        String line = text.replaceAll("[^ -~]", " ").strip();
        return line.length() > MAX_MESSAGE_LENGTH ? line.substring(0, MAX_MESSAGE_LENGTH) : line;
    }
}
