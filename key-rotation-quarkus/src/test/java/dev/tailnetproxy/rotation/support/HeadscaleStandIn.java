package dev.tailnetproxy.rotation.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The preauthkeys of headscale's API, version 1: no descriptions, masked texts in the list, keys that stay when expired. */
public final class HeadscaleStandIn extends ScriptedHttpServer {

    /** The API key. */
    public static final String API_KEY = "hskey-api-verysecret";

    private final Map<String, ObjectNode> keys = new LinkedHashMap<>();
    private final Clock clock;

    /** No keys yet. */
    public HeadscaleStandIn(Calls calls, Clock clock) {
        super(calls);
        this.clock = clock;
    }

    /** The texts of the keys that are still valid. */
    public synchronized List<String> validKeys() {
        return keys.values().stream()
                .filter(key -> Instant.parse(key.path("expiration").textValue()).isAfter(clock.instant()))
                .map(key -> key.path("key").textValue())
                .toList();
    }

    /** A key of some user. */
    public synchronized String foreignKey(String user) {
        return make(json.createObjectNode()
                        .put("user", user)
                        .put("reusable", true)
                        .put("expiration", clock.instant().plusSeconds(3600).toString()))
                .path("key")
                .textValue();
    }

    @Override
    String name(Request request) {
        if (request.path().endsWith("/expire")) {
            return "expire";
        }
        return request.method().equals("POST") ? "create" : "list";
    }

    @Override
    synchronized Reply reply(Request request) throws IOException {
        if (!request.authorization().equals("Bearer " + API_KEY)) {
            return new Reply(401, "Unauthorized");
        }
        return switch (name(request)) {
            case "create" ->
                ok(json.createObjectNode().set("preAuthKey", make((ObjectNode) json.readTree(request.body()))));
            case "expire" -> expire(json.readTree(request.body()));
            default -> list();
        };
    }

    private ObjectNode make(ObjectNode request) {
        String id = Integer.toString(keys.size() + 1);
        ObjectNode key = request.deepCopy();
        key.put("id", id);
        // With all characters that headscale uses, the separator among them.
        key.put("key", "hskey-auth-" + String.format("-%04d-_a%04d", 7, keys.size() + 1) + "-verysecret" + id);
        key.set("user", json.createObjectNode().put("id", request.path("user").textValue()));
        keys.put(id, key);
        return key;
    }

    private Reply expire(JsonNode request) {
        ObjectNode key = keys.get(request.path("id").textValue());
        if (key != null) {
            key.put("expiration", clock.instant().toString());
        }
        return new Reply(200, "{}");
    }

    private Reply list() {
        ArrayNode list = json.createArrayNode();
        for (ObjectNode key : keys.values()) {
            ObjectNode masked = key.deepCopy();
            masked.put("key", key.path("key").textValue().replaceFirst("verysecret.*", "***"));
            list.add(masked);
        }
        return ok(json.createObjectNode().set("preAuthKeys", list));
    }
}
