package dev.tailnetproxy.localstack.tailnet;

import io.vertx.core.json.JsonObject;
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
 */
public record ExtensionState(String phase, Optional<String> problem, String message, int attempts) {

    private static final ExtensionState NONE = new ExtensionState("", Optional.empty(), "", 0);

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
                problem.map(it -> it.getInteger("attempts")).orElse(0));
    }
}
