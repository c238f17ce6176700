package dev.tailnetproxy.proxy.server;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Counts the requests under way, so that a stop can wait for them. */
final class RequestsUnderWay {

    private final Promise<Void> drained = Promise.promise();
    private int count;
    private boolean draining;

    synchronized void begun() {
        count++;
    }

    synchronized void ended() {
        count--;
        completeIfDrained();
    }

    synchronized boolean draining() {
        return draining;
    }

    /** From here on the last one to end completes the result. */
    synchronized Future<Void> drain() {
        draining = true;
        completeIfDrained();
        return drained.future();
    }

    private void completeIfDrained() {
        if (draining && count == 0) {
            drained.tryComplete();
        }
    }
}
