package dev.tailnetproxy.proxy.accesslog;

import dev.tailnetproxy.proxy.failure.Outcome;
import dev.tailnetproxy.proxy.http.Caller;
import dev.tailnetproxy.proxy.metrics.MetricLabels;
import java.time.Duration;
import java.util.Optional;

/**
 * One request that is over, as log and metrics see it. No header value and nothing of a body is ever a part of it; the
 * path and the query are left out because they may hold credentials.
 *
 * @param id what identifies the request in logs
 * @param caller who sent it
 * @param method the caller's text
 * @param target host and port, or a dash while none is known
 * @param status the response's status
 * @param outcome how it ended; its reason holds nothing of the request or the response but what {@code target} tells
 * @param retries the dials and sendings that had to be repeated
 * @param bytesIn length of the request's body, as far as it was read; behind a 101 what the client sent
 * @param bytesOut length of the response's body, as far as it was handed on; behind a 101 what the target sent
 * @param duration from arrival to the end of the response, or of what came behind a 101
 * @param firstByte from arrival to the header section of the target's response; empty when there was none
 * @param labels under which the caller wants it counted
 */
public record RequestSummary(
        String id,
        Caller caller,
        String method,
        String target,
        int status,
        Outcome outcome,
        RetryCount retries,
        long bytesIn,
        long bytesOut,
        Duration duration,
        Optional<Duration> firstByte,
        Optional<MetricLabels> labels) {

    /** The connection spoke another protocol then, and is over. */
    private static final int SWITCHING_PROTOCOLS = 101;

    public RequestSummary {
        if ((status < 200 || status > 999) && status != SWITCHING_PROTOCOLS) {
            throw new IllegalArgumentException("not a final status: " + status);
        }
        if (bytesIn < 0 || bytesOut < 0) {
            throw new IllegalArgumentException("a length is negative");
        }
        if (duration.isNegative() || firstByte.filter(Duration::isNegative).isPresent()) {
            throw new IllegalArgumentException("a duration is negative");
        }
    }

    /** Whether the target responded, whatever its status. */
    public boolean reached() {
        return firstByte.isPresent();
    }
}
