package dev.tailnetproxy.proxy.tailnet;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the extension says of one of its TCP forwards.
 *
 * @param address where it listens
 * @param target where its connections lead
 * @param open how many connections are open
 * @param dials how often the target was dialled
 * @param failures how many connections had no target, or lost it with tailscaled
 * @param lastError why the last connection was reset, if one was
 */
public record ForwardState(
        String address, String target, long open, long dials, long failures, Optional<LastError> lastError) {

    /** As many as the extension takes. */
    private static final int MAX_FORWARDS = 100;

    public ForwardState {
        if (address.isBlank() || target.isBlank() || open < 0 || dials < 0 || failures < 0) {
            throw new IllegalArgumentException("a forward without an address or a target, or with a negative number");
        }
    }

    /**
     * Why a connection was reset.
     *
     * @param cause stable code, such as {@code ConnectionRefused}
     * @param message one sentence
     * @param at when it was, if that is known
     */
    public record LastError(String cause, String message, Optional<Instant> at) {

        public LastError {
            if (cause.isBlank()) {
                throw new IllegalArgumentException("an error without a cause");
            }
        }

        private static Optional<LastError> of(@Nullable Object json) {
            return json instanceof JsonObject error
                    ? StateText.visible(error.getValue("cause"))
                            .map(cause -> new LastError(
                                    cause,
                                    StateText.visible(error.getValue("message")).orElse(""),
                                    StateText.instant(error.getValue("at"))))
                    : Optional.empty();
        }

        private JsonObject json() {
            JsonObject json = new JsonObject().put("cause", cause).put("message", message);
            at.ifPresent(instant -> json.put("at", instant.toString()));
            return json;
        }
    }

    /** Those of the state file's list. What is no list, or no forward, is left out: the layer may be another one. */
    static List<ForwardState> listOf(@Nullable Object json) {
        return json instanceof JsonArray array
                ? array.stream()
                        .limit(MAX_FORWARDS)
                        .flatMap(element -> of(element).stream())
                        .toList()
                : List.of();
    }

    private static Optional<ForwardState> of(@Nullable Object json) {
        if (!(json instanceof JsonObject forward)) {
            return Optional.empty();
        }
        return StateText.visible(forward.getValue("address"))
                .flatMap(address -> StateText.visible(forward.getValue("target"))
                        .map(target -> new ForwardState(
                                address,
                                target,
                                StateText.count(forward.getValue("open")),
                                StateText.count(forward.getValue("dials")),
                                StateText.count(forward.getValue("failures")),
                                LastError.of(forward.getValue("lastError")))));
    }

    /** For those who look at health. */
    public JsonObject json() {
        return new JsonObject()
                .put("address", address)
                .put("target", target)
                .put("open", open)
                .put("dials", dials)
                .put("failures", failures)
                .put("lastError", lastError.map(LastError::json).orElse(null));
    }
}
