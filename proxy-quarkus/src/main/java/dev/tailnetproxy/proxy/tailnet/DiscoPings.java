package dev.tailnetproxy.proxy.tailnet;

import dev.tailnetproxy.proxy.address.IpAddress;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Pings a peer until it answers. A peer drops what a node sends that it has not heard of; tailscaled does not send a ping
 * again and says nothing of one that was lost, so each is followed by another one, and any answer counts: on a long way
 * the answer to the first may come when others are under way.
 */
final class DiscoPings {

    private static final Logger LOG = Logger.getLogger(DiscoPings.class);

    private static final long PAUSE_MS = 50;

    /** Those that wait at the same time; a way that takes longer than all of them is none to wait for. */
    private static final int AT_ONCE = 20;

    private final LocalApi api;

    DiscoPings(LocalApi api) {
        this.api = api;
    }

    /** Whether the peer has answered within this time. Blocks until it has, at most that long. */
    boolean untilAnswered(IpAddress peer, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        Deque<UnixHttpStream> waiting = new ArrayDeque<>();
        try (Selector answers = Selector.open()) {
            while (end - System.nanoTime() > 0) {
                UnixHttpStream ping = api.beginPing(peer);
                waiting.add(ping);
                ping.wakes(answers);
                if (waiting.size() > AT_ONCE) {
                    waiting.remove().close();
                }
                if (answered(answers, waiting, end)) {
                    return true;
                }
            }
            LOG.infof("%s did not answer a ping within %d ms", peer, atMost.toMillis());
        } catch (IOException e) {
            // It may be a tailscaled that knows no pings, or that has just ended: dialling will show.
            LOG.debugf("%s can't be pinged: %s", peer, e.getMessage());
        } finally {
            waiting.forEach(DiscoPings::closeQuietly);
        }
        return false;
    }

    /** Waits until the next ping is due; whether one of those that are waiting was answered. */
    private static boolean answered(Selector answers, Deque<UnixHttpStream> waiting, long end) throws IOException {
        long due = Math.min(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PAUSE_MS), end);
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            answers.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
            for (SelectionKey key : answers.selectedKeys()) {
                UnixHttpStream ping = (UnixHttpStream) key.attachment();
                waiting.remove(ping);
                try (ping) {
                    if (LocalApi.isPong(ping)) {
                        return true;
                    }
                }
            }
            answers.selectedKeys().clear();
        }
        return false;
    }

    private static void closeQuietly(UnixHttpStream ping) {
        try {
            ping.close();
        } catch (IOException e) {
            LOG.debugf("closing a ping: %s", e.getMessage());
        }
    }
}
