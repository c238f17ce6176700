package dev.tailnetproxy.localstack.gateway;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One HTTP request as it arrived.
 *
 * @param method the method
 * @param path the path as sent, escapes included
 * @param query the query as sent, without its question mark; empty when there is none
 * @param fields the header fields in the order sent, repeats kept
 * @param body the body's bytes; empty when there is none
 * @param sourceIp the client's address
 */
public record GatewayRequest(
        String method,
        String path,
        String query,
        List<Map.Entry<String, String>> fields,
        Buffer body,
        String sourceIp) {

    /** Takes a copy of the fields, so that a call never changes. */
    public GatewayRequest {
        fields = List.copyOf(fields);
    }

    /** The values of a header field joined with commas (RFC 9110 §5.3), or nothing when the field is absent. */
    public Optional<String> field(String name) {
        String joined = fields.stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .collect(Collectors.joining(","));
        boolean present = fields.stream().anyMatch(field -> field.getKey().equalsIgnoreCase(name));
        return present ? Optional.of(joined) : Optional.empty();
    }

    /** The names of all header fields in lower case, each once, in the order sent. */
    public List<String> fieldNames() {
        return fields.stream()
                .map(field -> field.getKey().toLowerCase(Locale.ROOT))
                .distinct()
                .toList();
    }
}
