package dev.tailnetproxy.proxy.server;

import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * What stands in files, as it was when it could last be read: a broken replacement is said once, and what was there before
 * goes on.
 *
 * @param <T> what it is; equal when nothing has changed
 */
final class ReloadableFiles<T> {

    private static final Logger LOG = Logger.getLogger(ReloadableFiles.class);

    private final String name;
    private final Supplier<T> files;
    private volatile T current;
    private volatile String problem = "";

    /**
     * Reads it for the first time.
     *
     * @param name for sentences in the log
     * @param files reads them
     * @throws IllegalArgumentException when they can't be used
     */
    ReloadableFiles(String name, Supplier<T> files) {
        this.name = name;
        this.files = files;
        this.current = files.get();
    }

    T get() {
        return current;
    }

    /** Reads it again; whether it has changed. */
    boolean refresh() {
        try {
            T latest = files.get();
            problem = "";
            if (latest.equals(current)) {
                return false;
            }
            current = latest;
            LOG.infof("%s has changed; the new content is in use", name);
            return true;
        } catch (IllegalArgumentException e) {
            String reason = String.valueOf(e.getMessage());
            if (!reason.equals(problem)) {
                problem = reason;
                LOG.warnf("%s has changed and cannot be used; the previous content stays in use: %s", name, reason);
            }
            return false;
        }
    }
}
