package dev.tailnetproxy.proxy.forwarding;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.contract.HeaderNames;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the responses for failures: two headers, and a problem in JSON (RFC 9457).
 *
 * @param legacy whether every status but 400 becomes 500, as clients of the earlier TypeScript proxy expect
 */
public record ErrorResponses(boolean legacy) implements FailureResponses {

    /** What the client got wrong; clients of the TypeScript proxy know it by this status and {@code ts-error}. */
    private static final int BAD_REQUEST = 400;

    private static final int LEGACY_STATUS = 500;
    private static final String RETRY_AFTER_SECONDS = "1";

    /** A tag URI (RFC 4151): names the kind of problem and need not be a page. */
    private static final String TYPE_PREFIX = "tag:tailnetproxy.dev,2026:";

    @Override
    public ProxyResponse of(ProxyFailure failure) {
        ErrorName name = failure.name();
        int status = legacy && name.status() != BAD_REQUEST ? LEGACY_STATUS : name.status();
        String message = message(failure);
        byte[] problem = new JsonObject()
                .put("type", TYPE_PREFIX + name.wireName())
                .put("title", name.title())
                .put("status", status)
                .put("detail", message)
                .put("name", name.wireName())
                .encode()
                .getBytes(StandardCharsets.UTF_8);
        List<HeaderField> headers = new ArrayList<>();
        headers.add(new HeaderField("content-type", "application/problem+json"));
        headers.add(new HeaderField("content-length", Integer.toString(problem.length)));
        headers.add(new HeaderField(HeaderNames.ERROR_NAME, name.wireName()));
        headers.add(new HeaderField(HeaderNames.ERROR_MESSAGE, message));
        if (name.status() == BAD_REQUEST) {
            headers.add(new HeaderField(HeaderNames.LEGACY_ERROR, message));
        }
        if (name == ErrorName.TAILNET_UNAVAILABLE || name == ErrorName.OVERLOADED) {
            headers.add(new HeaderField("retry-after", RETRY_AFTER_SECONDS));
        }
        if (name == ErrorName.UNAUTHORIZED) {
            headers.add(new HeaderField("www-authenticate", "Bearer"));
        }
        return new ProxyResponse(status, Headers.of(headers), Body.of(problem));
    }

    /** The message as the client gets it: one line of ASCII. */
    static String message(ProxyFailure failure) {
        return failure.reason().replaceAll("[^ -~]", " ");
    }
}
