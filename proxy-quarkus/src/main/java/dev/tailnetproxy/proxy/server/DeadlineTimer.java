package dev.tailnetproxy.proxy.server;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The deadline of something that goes from stage to stage, each with a deadline of its own. One timer does for all: it
 * is set anew only for a deadline before the one it waits for, else it goes on when it finds the deadline moved. Used on
 * one event loop.
 */
final class DeadlineTimer {

    private final EventExecutor loop;
    private final Runnable onExpiry;
    private long deadline;
    private long due;
    private @Nullable Future<?> timer;
    private boolean stopped;

    DeadlineTimer(EventExecutor loop, Runnable onExpiry) {
        this.loop = loop;
        this.onExpiry = onExpiry;
    }

    /** A stage begins that may last this long. */
    void expireAfter(long millis) {
        expireAt(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** A stage begins that may last until then, in the time of {@link System#nanoTime}. */
    void expireAt(long nanoTime) {
        deadline = nanoTime;
        if (timer == null || due - deadline > 0) {
            schedule();
        }
    }

    /** There are no stages any more. */
    void stop() {
        stopped = true;
        cancel();
    }

    private void schedule() {
        cancel();
        if (!stopped) {
            due = deadline;
            timer = loop.schedule(this::check, Math.max(0, due - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }

    private void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void check() {
        if (deadline - System.nanoTime() > 0) {
            schedule();
        } else {
            timer = null;
            onExpiry.run();
        }
    }
}
