package dev.tailnetproxy.localstack.gateway;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;

/**
 * One HTTP response to be written.
 *
 * @param status the status code
 * @param fields the header fields, repeats as separate entries
 * @param body the body's bytes
 */
public record GatewayResponse(int status, List<Map.Entry<String, String>> fields, Buffer body) {

    /** Takes a copy of the fields, so that a response never changes. */
    public GatewayResponse {
        fields = List.copyOf(fields);
    }
}
