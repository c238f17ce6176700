package dev.tailnetproxy.localstack.tailnet;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;

/**
 * The extension's state file.
 *
 * @param phase the phase; empty while there is no file
 * @param problem the code of the problem, if there is one
 * @param message the problem's message; empty without a problem
 * @param attempts how many attempts have failed
 * @param forwards the TCP forwards, in the order of {@code TS_FORWARDS}
 */
public record ExtensionState(
        String phase, Optional<String> problem, String message, int attempts, List<Forward> forwards) {

    private static final ExtensionState NONE = new ExtensionState("", Optional.empty(), "", 0, List.of());

    /** Copies the list. */
    public ExtensionState {
        forwards = List.copyOf(forwards);
    }

    /**
     * A TCP forward.
     *
     * @param address where it listens
     * @param target where it leads
     * @param open connections that are open
     * @param dials dials so far
     * @param failures failures so far
     * @param lastCause cause of the last failure; empty without one
     */
    public record Forward(String address, String target, int open, int dials, int failures, String lastCause) {
        static Forward of(JsonObject json) {
            JsonObject lastError = json.getJsonObject("lastError");
            return new Forward(
                    json.getString("address"),
                    json.getString("target"),
                    json.getInteger("open"),
                    json.getInteger("dials"),
                    json.getInteger("failures"),
                    lastError == null ? "" : lastError.getString("cause"));
        }
    }

    /** The forward that listens on a port. */
    public Forward forward(int port) {
        return forwards.stream()
                .filter(forward -> forward.address().endsWith(":" + port))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no forward of port " + port + ": " + forwards));
    }

    static ExtensionState read(GenericContainer<?> environment) {
        ExecResult file = ContainerExec.run(environment, "cat", "/tmp/tailscale/state.json");
        if (file.getExitCode() != 0) {
            return NONE;
        }
        JsonObject json = new JsonObject(file.getStdout());
        Optional<JsonObject> problem = Optional.ofNullable(json.getJsonObject("problem"));
        return new ExtensionState(
                json.getString("phase"),
                problem.map(it -> it.getString("code")),
                problem.map(it -> it.getString("message")).orElse(""),
                problem.map(it -> it.getInteger("attempts")).orElse(0),
                json.getJsonArray("forwards", new JsonArray()).stream()
                        .map(forward -> Forward.of((JsonObject) forward))
                        .toList());
    }
}
