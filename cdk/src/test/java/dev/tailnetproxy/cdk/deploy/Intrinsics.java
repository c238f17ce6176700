package dev.tailnetproxy.cdk.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/** Templates in one form of CloudFormation's functions: whatever makes a text is written as {@code Fn::Sub} has it. */
final class Intrinsics {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Intrinsics() {}

    /** A copy in which each {@code Ref}, {@code Fn::GetAtt}, {@code Fn::Join} and {@code Fn::Sub} is a text. */
    static JsonNode flatten(JsonNode node) {
        if (node.isArray()) {
            ArrayNode copy = NODES.arrayNode();
            node.forEach(element -> copy.add(flatten(element)));
            return copy;
        }
        if (node.isObject()) {
            ObjectNode copy = NODES.objectNode();
            node.properties().forEach(entry -> copy.set(entry.getKey(), flatten(entry.getValue())));
            return text(copy).<JsonNode>map(NODES::textNode).orElse(copy);
        }
        return node;
    }

    /** Of an object whose values are flat already. */
    private static Optional<String> text(ObjectNode node) {
        if (node.size() != 1) {
            return Optional.empty();
        }
        Map.Entry<String, JsonNode> only = node.properties().iterator().next();
        JsonNode argument = only.getValue();
        return switch (only.getKey()) {
            case "Ref" -> Optional.of("${" + argument.asText() + "}");
            case "Fn::GetAtt" ->
                Optional.of(
                        "${" + argument.get(0).asText() + "." + argument.get(1).asText() + "}");
            case "Fn::Sub" -> Optional.of(argument.asText());
            case "Fn::Join" -> Optional.of(join(argument));
            default -> Optional.empty();
        };
    }

    private static String join(JsonNode argument) {
        StringJoiner joined = new StringJoiner(argument.get(0).asText());
        argument.get(1).forEach(part -> joined.add(part.asText()));
        return joined.toString();
    }
}
