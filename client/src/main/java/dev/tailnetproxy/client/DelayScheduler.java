package dev.tailnetproxy.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Lets time pass between attempts without holding a thread. */
@FunctionalInterface
interface DelayScheduler {

    /** Runs something short when the time has passed. */
    void schedule(Duration pause, Runnable next);

    /** By the JDK's own timer. */
    static DelayScheduler jdk() {
        return (pause, next) -> CompletableFuture.delayedExecutor(
                        pause.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
                .execute(next);
    }
}
