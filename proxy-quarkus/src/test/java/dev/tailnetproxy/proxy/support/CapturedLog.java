package dev.tailnetproxy.proxy.support;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;

/** Keeps what is logged, at every level, until it is closed. */
public final class CapturedLog implements AutoCloseable {

    private static final PatternFormatter MESSAGE = new PatternFormatter("%s");

    private final List<ExtLogRecord> records = new CopyOnWriteArrayList<>();
    private final Logger logger;
    /** The categories that had a level of their own, which would keep lines back. */
    private final Map<Logger, java.util.logging.Level> before = new HashMap<>();

    private final ExtHandler handler = new ExtHandler() {
        @Override
        protected void doPublish(ExtLogRecord logged) {
            logged.copyMdc();
            records.add(logged);
        }
    };

    private CapturedLog(Logger logger) {
        this.logger = logger;
        LogContext.getLogContext().getLoggerNames().asIterator().forEachRemaining(name -> {
            if (name.startsWith(logger.getName())) {
                enableAllLevels(Logger.getLogger(name));
            }
        });
        logger.setLevel(Level.ALL);
        handler.setLevel(Level.ALL);
        logger.addHandler(handler);
    }

    private void enableAllLevels(Logger category) {
        if (category.getLevel() != null) {
            before.put(category, category.getLevel());
            category.setLevel(Level.ALL);
        }
    }

    /** Of one category and those below it; the empty name is that of all. */
    public static CapturedLog of(String category) {
        return new CapturedLog(Logger.getLogger(category));
    }

    public List<ExtLogRecord> records() {
        return List.copyOf(records);
    }

    /** The messages that somebody should read: warnings and worse. */
    public List<String> warnings() {
        return records.stream()
                .filter(logged -> logged.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue())
                .map(MESSAGE::format)
                .toList();
    }

    /** What was said, at every level. */
    public List<String> messages() {
        return records.stream().map(MESSAGE::format).toList();
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
        if (!before.containsKey(logger)) {
            logger.setLevel(null);
        }
        before.forEach(Logger::setLevel);
    }
}
