package dev.tailnetproxy.proxy.tailnet;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the extension last wrote about itself.
 *
 * @param phase its phase: starting, joining, running, recovering or stopping
 * @param problem what keeps the node out of the tailnet, if anything
 */
public record ExtensionState(String phase, Optional<Problem> problem) {

    /**
     * Why the node is not in the tailnet.
     *
     * @param code stable code, such as {@code KeyRejected}
     * @param message one sentence without a secret
     * @param definite whether somebody has to change something before it can go away
     */
    public record Problem(String code, String message, boolean definite) {}

    private static final int MAX_MESSAGE = 300;

    /** Reads the file. A missing or unreadable one says nothing, and is no error: the layer may be another one. */
    public static Optional<ExtensionState> read(Path file) {
        try {
            JsonObject json = new JsonObject(Files.readString(file));
            Object problem = json.getValue("problem");
            return Optional.of(new ExtensionState(
                    json.getString("phase", "unknown"),
                    problem instanceof JsonObject object
                            ? Optional.of(new Problem(
                                    clean(object.getString("code", "Unknown")),
                                    clean(object.getString("message", "")),
                                    object.getBoolean("definite", false)))
                            : Optional.empty()));
        } catch (IOException | DecodeException | ClassCastException | SecurityException e) {
            return Optional.empty();
        }
    }

    /** The text goes into a header, so one line of visible ASCII. */
    private static String clean(String text) {
        String line = text.replaceAll("[^ -~]", " ").strip();
        return line.length() > MAX_MESSAGE ? line.substring(0, MAX_MESSAGE) : line;
    }
}
