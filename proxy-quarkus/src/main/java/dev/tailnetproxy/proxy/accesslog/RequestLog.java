package dev.tailnetproxy.proxy.accesslog;

import dev.tailnetproxy.contract.LogFields;
import java.util.Map;
import java.util.regex.Pattern;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.Logger;

/** One line for each request, with fixed keys. */
public final class RequestLog {

    private static final Logger LOG = Logger.getLogger("dev.tailnetproxy.proxy.request");

    private static final Pattern NO_VISIBLE_SIGN = Pattern.compile("[^!-~]");
    private static final Pattern NO_TEXT = Pattern.compile("[^ -~]");

    private static final int MAX_REASON_LENGTH = 300;

    private RequestLog() {}

    /** Writes the line of a request that is over. */
    public static void write(RequestSummary summary) {
        if (!LOG.isLoggable(Level.INFO)) {
            return;
        }
        String method = printable(summary.method());
        String milliseconds = Long.toString(summary.duration().toMillis());
        String message = method + ' ' + summary.target() + ' ' + summary.status() + " in " + milliseconds + " ms";
        ExtLogRecord line =
                new ExtLogRecord(Level.INFO, message, ExtLogRecord.FormatStyle.NO_FORMAT, RequestLog.class.getName());
        line.setLoggerName(LOG.getName());
        // Nothing of MDC.put: on an event loop outside a duplicated context, Quarkus keeps each value in a context of
        // its
        // own.
        line.setMdc(Map.of());
        line.putMdc("requestId", summary.id());
        line.putMdc("caller", summary.caller().toString());
        line.putMdc("method", method);
        line.putMdc("target", summary.target());
        line.putMdc("status", Integer.toString(summary.status()));
        summary.outcome().errorLabel().ifPresent(name -> line.putMdc(LogFields.ERROR, name));
        summary.outcome().reason().ifPresent(reason -> line.putMdc("reason", sentence(reason)));
        if (summary.retries().count() > 0) {
            line.putMdc("retries", Integer.toString(summary.retries().count()));
            line.putMdc("retryReason", sentence(summary.retries().lastReason()));
        }
        line.putMdc("bytesIn", Long.toString(summary.bytesIn()));
        line.putMdc("bytesOut", Long.toString(summary.bytesOut()));
        line.putMdc("durationMs", milliseconds);
        summary.firstByte().ifPresent(after -> line.putMdc("firstByteMs", Long.toString(after.toMillis())));
        LOG.logRaw(line);
    }

    /** The method is the caller's text; a log line must stay one. */
    private static String printable(String method) {
        String clean = NO_VISIBLE_SIGN.matcher(method).replaceAll("?");
        return clean.length() > 32 ? clean.substring(0, 32) : clean;
    }

    /** A part of it may be what a control server or a name server said. */
    private static String sentence(String reason) {
        String clean = NO_TEXT.matcher(reason).replaceAll("?");
        return clean.length() > MAX_REASON_LENGTH ? clean.substring(0, MAX_REASON_LENGTH - 3) + "..." : clean;
    }
}
