package dev.tailnetproxy.proxy.core;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.Logger;

/** One line for each request, with fixed keys. */
final class RequestLog {

    private static final Logger LOG = Logger.getLogger("dev.tailnetproxy.proxy.request");

    private static final int LONGEST_REASON = 300;

    private RequestLog() {}

    static void write(Served served) {
        if (!LOG.isLoggable(Level.INFO)) {
            return;
        }
        String method = printable(served.method());
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("requestId", served.id());
        fields.put("caller", served.caller().toString());
        fields.put("method", method);
        fields.put("target", served.target());
        fields.put("status", Integer.toString(served.status()));
        served.error().ifPresent(name -> fields.put("error", name));
        served.reason().ifPresent(reason -> fields.put("reason", sentence(reason)));
        if (served.retries().count() > 0) {
            fields.put("retries", Integer.toString(served.retries().count()));
            fields.put("retryReason", sentence(served.retries().lastReason()));
        }
        fields.put("bytesIn", Long.toString(served.bytesIn()));
        fields.put("bytesOut", Long.toString(served.bytesOut()));
        fields.put("durationMs", Long.toString(served.totalMillis()));
        if (served.reached()) {
            fields.put("firstByteMs", Long.toString(served.firstByteMillis()));
        }
        String message = "%s %s %d in %d ms".formatted(method, served.target(), served.status(), served.totalMillis());
        ExtLogRecord line =
                new ExtLogRecord(Level.INFO, message, ExtLogRecord.FormatStyle.NO_FORMAT, RequestLog.class.getName());
        line.setLoggerName(LOG.getName());
        // Not by MDC.put: on an event loop outside a duplicated context, Quarkus keeps each value in a context of its
        // own.
        line.setMdc(fields);
        LOG.logRaw(line);
    }

    /** The method is the caller's text; a log line must stay one. */
    private static String printable(String method) {
        String clean = method.replaceAll("[^!-~]", "?");
        return clean.length() > 32 ? clean.substring(0, 32) : clean;
    }

    /** A part of it may be what a control server or a name server said. */
    private static String sentence(String reason) {
        String clean = reason.replaceAll("[^ -~]", "?");
        return clean.length() > LONGEST_REASON ? clean.substring(0, LONGEST_REASON - 3) + "..." : clean;
    }
}
