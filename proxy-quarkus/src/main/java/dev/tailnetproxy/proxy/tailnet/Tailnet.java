package dev.tailnetproxy.proxy.tailnet;

import dev.tailnetproxy.function.address.IpAddress;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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
     *     the resolver can't be asked, with {@code Timeout} when it does not respond in this time
     */
    Future<List<IpAddress>> resolve(String fullName, Duration atMost);

    /**
     * Pings a peer until it replies, which it does only when it knows this node and a path between the two was found.
     *
     * @param directAcceptedAfter for how long a reply by the direct path is not enough. It shows that the peer knows this node,
     *     but a peer that has heard neither of the node's relay nor anything through it has no way yet for what is no
     *     ping, and a handshake without a response is repeated after 5 s. A reply through the relay is always enough
     * @return whether it has replied within this time; does not fail
     */
    Future<Boolean> ping(IpAddress peer, Duration directAcceptedAfter, Duration atMost);

    /** A sentence for the caller about why the node is not in the tailnet. */
    String unavailableReason();

    /** What the extension last wrote about itself, where it is there. */
    default Optional<ExtensionState> extension() {
        return Optional.empty();
    }

    /** What the extension says keeps the node out of the tailnet, or would have kept it out. */
    default Optional<ExtensionState.Problem> problem() {
        return extension().flatMap(ExtensionState::problem);
    }

    /** Whether the node refuses connections from the tailnet. */
    default Shields shields() {
        return Shields.UNKNOWN;
    }

    /** Stops following it. */
    @Override
    default void close() {}
}
