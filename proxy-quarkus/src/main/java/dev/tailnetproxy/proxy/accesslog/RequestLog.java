package dev.tailnetproxy.proxy.accesslog;

import dev.tailnetproxy.contract.LogFields;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.Logger;

/** One line for each request, with fixed keys. */
public final class RequestLog {

    private static final Logger LOG = Logger.getLogger("dev.tailnetproxy.proxy.request");

    private static final int MAX_REASON_LENGTH = 300;

    private RequestLog() {}

    /** Writes the line of a request that is over. */
    public static void write(RequestSummary summary) {
        if (!LOG.isLoggable(Level.INFO)) {
            return;
        }
        String method = printable(summary.method());
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("requestId", summary.id());
        fields.put("caller", summary.caller().toString());
        fields.put("method", method);
        fields.put("target", summary.target());
        fields.put("status", Integer.toString(summary.status()));
        summary.outcome().errorLabel().ifPresent(name -> fields.put(LogFields.ERROR, name));
        summary.outcome().reason().ifPresent(reason -> fields.put("reason", sentence(reason)));
        if (summary.retries().count() > 0) {
            fields.put("retries", Integer.toString(summary.retries().count()));
            fields.put("retryReason", sentence(summary.retries().lastReason()));
        }
        fields.put("bytesIn", Long.toString(summary.bytesIn()));
        fields.put("bytesOut", Long.toString(summary.bytesOut()));
        fields.put("durationMs", Long.toString(summary.duration().toMillis()));
        summary.firstByte().ifPresent(after -> fields.put("firstByteMs", Long.toString(after.toMillis())));
        String message = "%s %s %d in %d ms"
                .formatted(
                        method,
                        summary.target(),
                        summary.status(),
                        summary.duration().toMillis());
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
        return clean.length() > MAX_REASON_LENGTH ? clean.substring(0, MAX_REASON_LENGTH - 3) + "..." : clean;
    }
}
