package dev.tailnetproxy.proxy.core;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/** One line for each request, with fixed keys. */
final class RequestLog {

    private static final Logger LOG = Logger.getLogger("dev.tailnetproxy.proxy.request");

    private RequestLog() {}

    static void write(Served served) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        String method = printable(served.method());
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("requestId", served.id());
        fields.put("method", method);
        fields.put("target", served.target());
        fields.put("status", Integer.toString(served.status()));
        served.error().ifPresent(name -> fields.put("error", name));
        fields.put("bytesIn", Long.toString(served.bytesIn()));
        fields.put("bytesOut", Long.toString(served.bytesOut()));
        fields.put("durationMs", Long.toString(served.totalMillis()));
        if (served.reached()) {
            fields.put("firstByteMs", Long.toString(served.firstByteMillis()));
        }
        fields.forEach(MDC::put);
        try {
            LOG.infof("%s %s %d in %d ms", method, served.target(), served.status(), served.totalMillis());
        } finally {
            fields.keySet().forEach(MDC::remove);
        }
    }

    /** The method is the caller's text; a log line must stay one. */
    private static String printable(String method) {
        String clean = method.replaceAll("[^!-~]", "?");
        return clean.length() > 32 ? clean.substring(0, 32) : clean;
    }
}
