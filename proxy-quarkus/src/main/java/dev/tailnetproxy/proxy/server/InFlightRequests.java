package dev.tailnetproxy.proxy.server;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Counts the requests under way, so that a stop can wait for them. */
final class InFlightRequests {

    private final Promise<Void> idle = Promise.promise();
    private int count;
    private boolean awaited;

    synchronized void started() {
        count++;
    }

    synchronized void ended() {
        count--;
        completeIfIdle();
    }

    synchronized int count() {
        return count;
    }

    /** Done when there is none, from here on. */
    synchronized Future<Void> whenIdle() {
        awaited = true;
        completeIfIdle();
        return idle.future();
    }

    private void completeIfIdle() {
        if (awaited && count == 0) {
            idle.tryComplete();
        }
    }
}
