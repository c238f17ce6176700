package dev.tailnetproxy.proxy.upstream;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;

/**
 * Dials of one request to one endpoint, of which the first connection is taken. When a dial has no result after a while,
 * another one begins beside it, as RFC 8305 section 5 does it for addresses.
 *
 * <p>tailscaled dials from a random port. Where the target's node still remembers a connection from that port that has just
 * been closed (TIME-WAIT, RFC 9293 section 3.6.1), it does not take the new one, and the dial is silent for 5 s. With thousands of
 * connections a minute that happens to each tenth dial. One from another port has a connection in milliseconds.
 *
 * <p>The first dial decides when there is none: its failure is that of the request, and the others end with it. Used on the
 * event loop of the request.
 */
final class ConnectionAttempts {

    /** Five dials from such ports in a row are one in a million requests. */
    private static final int MAX_FURTHER = 4;

    /** How to dial once more. */
    interface Redial {

        /**
         * Begins another dial.
         *
         * @param over completes when the dial is of no use any more
         * @return its connection, or empty or a failure, which have no effect
         */
        Future<Optional<Lease>> begin(Future<Void> over);

        /** Is told that the connection of such a dial is the first one. */
        void taken();
    }

    private final Vertx vertx;
    private final Duration delay;
    private final Redial redial;
    private final Promise<Optional<Lease>> connected = Promise.promise();
    private long timer;

    private ConnectionAttempts(Vertx vertx, Duration delay, Redial redial) {
        this.vertx = vertx;
        this.delay = delay;
        this.redial = redial;
    }

    /**
     * The first connection.
     *
     * @param dial the first dial, which is under way
     * @param delay after which another one begins
     */
    static Future<Optional<Lease>> first(Vertx vertx, Future<Optional<Lease>> dial, Duration delay, Redial redial) {
        return new ConnectionAttempts(vertx, delay, redial).begin(dial);
    }

    private Future<Optional<Lease>> begin(Future<Optional<Lease>> dial) {
        dialLater(1);
        connected.future().onComplete(over -> vertx.cancelTimer(timer));
        dial.onComplete(result -> {
            if (result.failed()) {
                connected.tryFail(result.cause());
            } else if (!connected.tryComplete(result.result())) {
                result.result().ifPresent(Lease::abandon);
            }
        });
        return connected.future();
    }

    private void dialLater(int number) {
        timer = vertx.setTimer(delay.toMillis(), id -> {
            if (number < MAX_FURTHER) {
                dialLater(number + 1);
            }
            redial.begin(connected.future().transform(any -> Future.succeededFuture()))
                    .onSuccess(lease -> lease.ifPresent(this::take));
        });
    }

    private void take(Lease lease) {
        if (connected.tryComplete(Optional.of(lease))) {
            redial.taken();
        } else {
            lease.abandon();
        }
    }

    /** Why there was another dial. */
    static ProxyFailure silentDial() {
        return new ProxyFailure(ErrorName.TIMEOUT, "a dial was silent, and another one had a connection before it");
    }
}
