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
final class StageTimer {

    private final EventExecutor loop;
    private final Runnable whenExpired;
    private long deadline;
    private long due;
    private @Nullable Future<?> timer;
    private boolean over;

    StageTimer(EventExecutor loop, Runnable whenExpired) {
        this.loop = loop;
        this.whenExpired = whenExpired;
    }

    /** A stage begins that may last this long. */
    void within(long millis) {
        until(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** A stage begins that may last until then, in the time of {@link System#nanoTime}. */
    void until(long nanoTime) {
        deadline = nanoTime;
        if (timer == null || due - deadline > 0) {
            schedule();
        }
    }

    /** There are no stages any more. */
    void stop() {
        over = true;
        cancel();
    }

    private void schedule() {
        cancel();
        if (!over) {
            due = deadline;
            timer = loop.schedule(this::look, Math.max(0, due - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }

    private void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void look() {
        if (deadline - System.nanoTime() > 0) {
            schedule();
        } else {
            timer = null;
            whenExpired.run();
        }
    }
}
