package dev.tailnetproxy.rotation.secret;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * How a secret holds a key: as its text, or as a field of a JSON object whose other fields a rotation keeps. A parser's
 * exception quotes what it read, so none leaves this class.
 */
public final class ValueFormat {

    private static final String ID = "id";
    private static final String DEFAULT_FIELD = "key";

    private final ObjectMapper json;
    private final Optional<String> configuredField;

    /** @param field the field that holds the key, where the secret is JSON; empty means {@value #DEFAULT_FIELD} */
    public ValueFormat(ObjectMapper json, Optional<String> field) {
        this.json = json;
        this.configuredField = field;
    }

    /** The key in a stored value. */
    public SecretText key(SecretText value) {
        return object(value).map(object -> key(object)).orElse(value);
    }

    private SecretText key(ObjectNode object) {
        JsonNode text = object.path(field());
        if (!text.isTextual() || text.textValue().isBlank()) {
            throw new RotationException("A secret is JSON, but has no text field \"" + field() + "\".");
        }
        return new SecretText(text.textValue());
    }

    /** The id beside the key, where the value is JSON and has one. */
    public Optional<String> id(SecretText value) {
        return object(value)
                .map(object -> object.path(ID))
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue);
    }

    /**
     * The value to store for a new key.
     *
     * @param before the value that it replaces, whose form and other fields stay
     */
    public SecretText value(Optional<SecretText> before, String id, SecretText key) {
        Optional<ObjectNode> object = before.flatMap(this::object);
        if (object.isEmpty() && configuredField.isEmpty()) {
            return key;
        }
        ObjectNode fields = object.orElseGet(json::createObjectNode);
        if (fields.has(ID)) {
            fields.put(ID, id);
        }
        fields.put(field(), key.reveal());
        return new SecretText(fields.toString());
    }

    private String field() {
        return configuredField.orElse(DEFAULT_FIELD);
    }

    private Optional<ObjectNode> object(SecretText value) {
        if (!value.reveal().startsWith("{")) {
            return Optional.empty();
        }
        try {
            return Optional.of((ObjectNode) json.readTree(value.reveal()));
        } catch (JsonProcessingException quotesTheSecret) {
            throw new RotationException("A secret begins like a JSON object, but is none.");
        }
    }
}
