package dev.tailnetproxy.proxy.core;

import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * One line for each request, with fixed keys. No header value and nothing of a body is ever a value here; the query is
 * left out because it may hold credentials.
 */
final class RequestLog {

    private static final Logger LOG = Logger.getLogger("dev.tailnetproxy.proxy.request");

    private RequestLog() {}

    static void write(ProxyRequest request, String target, ProxyResponse response, Timings timings) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("requestId", request.id());
        fields.put("method", printable(request.method()));
        fields.put("target", target);
        fields.put("status", Integer.toString(response.status()));
        response.headers().first("ts-error-name").ifPresent(name -> fields.put("error", name));
        request.body().length().ifPresent(length -> fields.put("bytesIn", Long.toString(length)));
        response.body().length().ifPresent(length -> fields.put("bytesOut", Long.toString(length)));
        fields.put("durationMs", Long.toString(timings.totalMillis()));
        if (timings.firstByteMillis() >= 0) {
            fields.put("firstByteMs", Long.toString(timings.firstByteMillis()));
        }
        fields.forEach(MDC::put);
        try {
            LOG.infof("%s %s %d in %d ms", fields.get("method"), target, response.status(), timings.totalMillis());
        } finally {
            fields.keySet().forEach(MDC::remove);
        }
    }

    /** The method is the caller's text; a log line must stay one. */
    private static String printable(String method) {
        String clean = method.replaceAll("[^!-~]", "?");
        return clean.length() > 32 ? clean.substring(0, 32) : clean;
    }

    /**
     * How long it took.
     *
     * @param totalMillis from arrival to the end of the answer
     * @param firstByteMillis from arrival to the head of the target's answer; negative when there was none
     */
    record Timings(long totalMillis, long firstByteMillis) {}
}
