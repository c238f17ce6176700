package dev.tailnetproxy.authorizer;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.Logger;

/** One line for each decision, with fixed keys and no value of a header field. */
final class DecisionLog {

    static final String CATEGORY = "dev.tailnetproxy.authorizer.decision";

    private DecisionLog() {}

    static void write(AuthorizerEvent event, Decision decision) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("requestId", event.requestId());
        fields.put("address", event.sourceText());
        fields.put("decision", decision.isAllowed() ? "allow" : "deny");
        fields.put("reason", decision.reason().word());
        fields.put("detail", decision.detail());
        fields.put("route", event.route());
        String message = fields.get("decision") + " " + fields.get("address") + ": " + decision.detail();
        ExtLogRecord line = new ExtLogRecord(
                levelOf(decision), message, ExtLogRecord.FormatStyle.NO_FORMAT, DecisionLog.class.getName());
        line.setLoggerName(CATEGORY);
        line.setMdc(fields);
        Logger.getLogger(CATEGORY).logRaw(line);
    }

    /** A refusal of a stranger is everyday life; the others need the operator. */
    private static Level levelOf(Decision decision) {
        return switch (decision.reason()) {
            case LISTED, NOT_LISTED -> Level.INFO;
            case UNEXPECTED_EVENT -> Level.WARN;
            case INVALID_SETTING -> Level.ERROR;
        };
    }
}
