package dev.tailnetproxy.proxy.server;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Counts the requests under way, so that a stop can wait for them. */
final class RequestsUnderWay {

    private final Promise<Void> none = Promise.promise();
    private int count;
    private boolean waitedFor;

    synchronized void begun() {
        count++;
    }

    synchronized void ended() {
        count--;
        completeIfNone();
    }

    synchronized int count() {
        return count;
    }

    /** Done when there is none, from here on. */
    synchronized Future<Void> whenNone() {
        waitedFor = true;
        completeIfNone();
        return none.future();
    }

    private void completeIfNone() {
        if (waitedFor && count == 0) {
            none.tryComplete();
        }
    }
}
