package dev.tailnetproxy.rotation.control;

import java.time.Duration;

/** Lets time pass between two tries. */
@FunctionalInterface
public interface Pause {

    /** Returns after this time. */
    void of(Duration duration);

    /** The thread sleeps. */
    static Pause sleeping() {
        return duration -> {
            try {
                Thread.sleep(duration.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted between two tries", e);
            }
        };
    }
}
