package dev.tailnetproxy.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Lets time pass between attempts without holding a thread. */
@FunctionalInterface
interface Pauses {

    /** Runs something short when the time has passed. */
    void after(Duration pause, Runnable next);

    /** By the JDK's own timer. */
    static Pauses ofTheJdk() {
        return (pause, next) -> CompletableFuture.delayedExecutor(
                        pause.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
                .execute(next);
    }
}
