package dev.tailnetproxy.proxy.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.tailnetproxy.proxy.http.Body;
import java.util.List;
import java.util.Map;

/**
 * A response as {@link FunctionResponseSerializer} writes it. The supertype is what quarkus-amazon-lambda-http takes; its own body is
 * not set, because it would be a string of the whole base64.
 */
final class BufferedFunctionResponse extends APIGatewayV2HTTPResponse {

    private static final long serialVersionUID = 1L;

    private final transient Body content;

    /** @param content none, or wholly in memory */
    BufferedFunctionResponse(int status, Map<String, String> headers, List<String> cookies, Body content) {
        this.content = content;
        setStatusCode(status);
        setHeaders(headers);
        setCookies(cookies);
    }

    Body content() {
        return content;
    }
}
