package dev.tailnetproxy.proxy.tailnet;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the extension last wrote about itself.
 *
 * @param phase its phase: starting, joining, running, recovering or stopping
 * @param problem what keeps the node out of the tailnet, if anything
 * @param forwards its TCP forwards
 */
public record ExtensionState(String phase, Optional<Problem> problem, List<ForwardState> forwards) {

    public ExtensionState {
        forwards = List.copyOf(forwards);
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
                    StateText.visible(json.getValue("code")).orElse("Unknown"),
                    StateText.visible(json.getValue("message")).orElse(""),
                    StateText.instant(json.getValue("since")),
                    StateText.count(json.getValue("attempts")),
                    json.getValue("definite") instanceof Boolean definite && definite);
        }
    }

    /** Reads the file. A missing or unreadable one says nothing, and is no error: the layer may be another one. */
    public static Optional<ExtensionState> read(Path file) {
        try {
            JsonObject json = new JsonObject(Files.readString(file));
            Object problem = json.getValue("problem");
            return Optional.of(new ExtensionState(
                    phase(json.getString("phase", "")),
                    problem instanceof JsonObject object ? Optional.of(Problem.of(object)) : Optional.empty(),
                    ForwardState.listOf(json.getValue("forwards"))));
        } catch (IOException | DecodeException | ClassCastException | SecurityException e) {
            return Optional.empty();
        }
    }

    private static String phase(@Nullable String text) {
        return text == null || text.isBlank() ? "unknown" : text;
    }
}
