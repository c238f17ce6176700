package dev.tailnetproxy.proxy.tailnet;

import dev.tailnetproxy.function.address.IpAddress;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Pings a peer until it replies. A peer drops what a node sends that it has not heard of; tailscaled does not send a ping
 * again and says nothing of one that was lost, so each is followed by another one, and any reply counts: on a long way
 * the reply to the first may come when others are under way.
 */
final class DiscoPings {

    private static final Logger LOG = Logger.getLogger(DiscoPings.class);

    private static final Duration PING_INTERVAL = Duration.ofMillis(50);

    /** Those that wait at the same time; a way that takes longer than all of them is none to wait for. */
    private static final int MAX_PENDING_PINGS = 20;

    private final LocalApi api;

    DiscoPings(LocalApi api) {
        this.api = api;
    }

    /**
     * Whether the peer has replied within this time. Blocks until it has, at most that long.
     *
     * @param directAcceptedAfter for how long a reply by the direct path is not enough; see {@link Tailnet#ping}
     */
    boolean pingUntilReply(IpAddress peer, Duration directAcceptedAfter, Duration atMost) {
        long now = System.nanoTime();
        try (Search search = new Search(peer, now + directAcceptedAfter.toNanos(), now + atMost.toNanos())) {
            if (search.run()) {
                return true;
            }
            LOG.infof("%s did not reply to a ping within %d ms", peer, atMost.toMillis());
        } catch (IOException e) {
            // It may be a tailscaled that knows no pings, or that has just ended: dialling will show.
            LOG.debugf("%s can't be pinged: %s", peer, e.getMessage());
        }
        return false;
    }

    /** Its times are those of {@link System#nanoTime}, like the selector's: pings are a matter of milliseconds. */
    private final class Search implements AutoCloseable {

        private final Selector responses = Selector.open();
        private final Deque<UnixHttpStream> waiting = new ArrayDeque<>();
        private final IpAddress peer;
        private final long directAcceptedAfter;
        private final long end;
        private boolean direct;

        Search(IpAddress peer, long directAcceptedAfter, long end) throws IOException {
            this.peer = peer;
            this.directAcceptedAfter = directAcceptedAfter;
            this.end = end;
        }

        boolean run() throws IOException {
            while (end - System.nanoTime() > 0) {
                UnixHttpStream ping = api.sendPing(peer);
                waiting.add(ping);
                ping.registerWith(responses);
                if (waiting.size() > MAX_PENDING_PINGS) {
                    waiting.remove().close();
                }
                long due = System.nanoTime() + PING_INTERVAL.toNanos();
                if (awaitReply(Math.min(due, end))) {
                    return true;
                }
            }
            return direct;
        }

        /** Whether enough was heard until the next ping is due. */
        private boolean awaitReply(long due) throws IOException {
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                responses.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
                for (SelectionKey key : responses.selectedKeys()) {
                    UnixHttpStream ping = (UnixHttpStream) key.attachment();
                    waiting.remove(ping);
                    try (ping) {
                        LocalApi.Pong pong = LocalApi.pong(ping);
                        if (pong == LocalApi.Pong.RELAYED) {
                            return true;
                        }
                        direct |= pong == LocalApi.Pong.DIRECT;
                    }
                }
                responses.selectedKeys().clear();
                if (direct && System.nanoTime() - directAcceptedAfter >= 0) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public void close() throws IOException {
            for (UnixHttpStream ping : waiting) {
                ping.close();
            }
            responses.close();
        }
    }
}
