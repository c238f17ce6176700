package dev.tailnetproxy.localstack.httpapi;

import dev.tailnetproxy.contract.PercentEncoding;
import dev.tailnetproxy.localstack.gateway.GatewayRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A request to an HTTP API.
 *
 * @param http the request
 * @param stage the name of the API's stage
 * @param id what the API calls the request
 * @param receivedAt when it came
 */
record ApiRequest(GatewayRequest http, String stage, String id, Instant receivedAt) {

    /** The only route that this API has. */
    static final String ROUTE_KEY = "$default";

    /**
     * The path as events name it: behind the stage, decoded once, and without what follows a question mark that was encoded.
     * Bytes that are not UTF-8 are lost.
     */
    String rawPath() {
        byte[] decoded = PercentEncoding.decode(http.path().getBytes(StandardCharsets.ISO_8859_1));
        String path = new String(decoded, StandardCharsets.UTF_8);
        int question = path.indexOf('?');
        String kept = question < 0 ? path : path.substring(0, question);
        return stage.equals(HttpApiSettings.DEFAULT_STAGE) ? kept : "/" + stage + kept;
    }
}
