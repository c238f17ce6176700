package dev.tailnetproxy.proxy.tailnet;

import dev.tailnetproxy.proxy.address.IpAddress;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/** The tailnet as this node sees it. */
public interface Tailnet extends AutoCloseable {

    /** The newest known state; never blocks. */
    TailnetState state();

    /**
     * Waits for the node to be in the tailnet; not for long when it is known that somebody has to change something first.
     *
     * @return the state when it is joined, or the state it still has when the time is over; does not fail
     */
    Future<TailnetState> awaitJoined(Duration atMost);

    /**
     * Asks the tailnet's resolver for a name.
     *
     * @return all addresses, IPv4 first; empty when the name does not exist. Fails with {@code TailnetUnavailable} when
     *     the resolver can't be asked, with {@code Timeout} when it does not answer in this time
     */
    Future<List<IpAddress>> resolve(String fullName, Duration atMost);

    /** A sentence for the caller about why the node is not in the tailnet. */
    String whyNotJoined();

    /** Stops following it. */
    @Override
    default void close() {}
}
