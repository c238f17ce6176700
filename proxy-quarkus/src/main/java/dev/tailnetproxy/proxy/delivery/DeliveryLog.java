package dev.tailnetproxy.proxy.delivery;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.Logger;

/** One line for each received message, with fixed keys. Nothing of the request is a part of it. */
final class DeliveryLog {

    private static final Logger LOG = Logger.getLogger("dev.tailnetproxy.proxy.delivery");

    private static final int MAX_REASON_LENGTH = 300;

    private DeliveryLog() {}

    /**
     * Writes the line.
     *
     * @param decision what becomes of the message, as a word
     * @param delay until the next attempt; empty if nobody knows, or if there is none
     */
    static void write(QueueRecord received, Duration age, Attempt attempt, String decision, Optional<Duration> delay) {
        if (!LOG.isLoggable(Level.INFO)) {
            return;
        }
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("messageId", received.messageId());
        fields.put("decision", decision);
        fields.put("receives", Integer.toString(received.receives()));
        fields.put("ageMs", Long.toString(age.toMillis()));
        attempt.status().ifPresent(status -> fields.put("status", Integer.toString(status)));
        // Not the field that alarms on requests count: the request's own line has it.
        attempt.error().ifPresent(error -> fields.put("deliveryError", error));
        attempt.reason().ifPresent(reason -> fields.put("reason", sentence(reason)));
        delay.ifPresent(time -> fields.put("delayMs", Long.toString(time.toMillis())));
        ExtLogRecord line = new ExtLogRecord(
                Level.INFO,
                "message %s: %s".formatted(received.messageId(), decision),
                ExtLogRecord.FormatStyle.NO_FORMAT,
                DeliveryLog.class.getName());
        line.setLoggerName(LOG.getName());
        line.setMdc(fields);
        LOG.logRaw(line);
    }

    private static String sentence(String reason) {
        String clean = reason.replaceAll("[^ -~]", "?");
        return clean.length() > MAX_REASON_LENGTH ? clean.substring(0, MAX_REASON_LENGTH - 3) + "..." : clean;
    }
}
