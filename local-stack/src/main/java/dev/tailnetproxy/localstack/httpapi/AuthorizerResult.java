package dev.tailnetproxy.localstack.httpapi;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** What an authorizer's call has led to. */
sealed interface AuthorizerResult {

    /** The request goes on, with this context. */
    record Allowed(JsonObject context) implements AuthorizerResult {}

    /** The request is refused. */
    record Denied() implements AuthorizerResult {}

    /** The request lacks an identity source; the authorizer was not called. */
    record IdentityMissing() implements AuthorizerResult {}

    /** The authorizer failed, was too slow, or returned something else than a simple response; the text is for a log. */
    record Failed(String reason) implements AuthorizerResult {}

    /** The result for a simple response. */
    static AuthorizerResult of(String json) {
        try {
            JsonObject response = new JsonObject(json);
            if (!(response.getValue("isAuthorized") instanceof Boolean authorized)) {
                return new Failed("no isAuthorized in the authorizer's response");
            }
            JsonObject context =
                    Optional.ofNullable(response.getJsonObject("context")).orElseGet(JsonObject::new);
            return authorized ? new Allowed(context) : new Denied();
        } catch (DecodeException | ClassCastException malformed) {
            return new Failed("the authorizer's response is not a simple response");
        }
    }
}
