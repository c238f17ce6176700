package dev.tailnetproxy.localstack.functionurl;

import dev.tailnetproxy.contract.HeaderNames;
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
public record FunctionUrlResponse(int status, List<Map.Entry<String, String>> fields, Buffer body) {

    /** Takes a copy of the fields, so that a response never changes. */
    public FunctionUrlResponse {
        fields = List.copyOf(fields);
    }

    /** A response that AWS itself would give, before or after the function. */
    static FunctionUrlResponse awsError(int status, String errorType, String message) {
        String json = "{\"Message\":\"" + message + "\"}";
        return new FunctionUrlResponse(
                status,
                List.of(
                        Map.entry("content-type", "application/json"),
                        Map.entry(HeaderNames.AWS_ERROR_TYPE, errorType)),
                Buffer.buffer(json));
    }
}
