package dev.tailnetproxy.localstack.httpapi;

import dev.tailnetproxy.localstack.gateway.GatewayResponse;
import dev.tailnetproxy.localstack.gateway.StructuredResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The responses of an HTTP API: its own, and those that it makes of a function's results. */
final class ApiResponses {

    private static final Map.Entry<String, String> JSON = Map.entry("content-type", "application/json");

    /** What an HTTP API says of a body whose type the function does not name. */
    private static final String DEFAULT_TYPE = "text/plain;charset=UTF-8";

    private ApiResponses() {}

    /** A response of the API itself. */
    static GatewayResponse message(int status, String message) {
        return new GatewayResponse(
                status, List.of(JSON), new JsonObject().put("message", message).toBuffer());
    }

    /** The response when the function or the authorizer failed: the client is not told which, nor why. */
    static GatewayResponse internalError() {
        return message(500, "Internal Server Error");
    }

    /** The response for a function's result. One without a status is the body of a response; what is not JSON is a failure. */
    static GatewayResponse ofResult(String result) {
        Optional<StructuredResult> structured = StructuredResult.of(result);
        try {
            return structured.isPresent()
                    ? structured.get().response(DEFAULT_TYPE)
                    : new GatewayResponse(200, List.of(JSON), inferredBody(result));
        } catch (RuntimeException malformed) {
            return internalError();
        }
    }

    /** A text is the body itself, not its spelling in JSON. */
    private static Buffer inferredBody(String result) throws DecodeException {
        return Json.decodeValue(result) instanceof String text ? Buffer.buffer(text) : Buffer.buffer(result);
    }
}
