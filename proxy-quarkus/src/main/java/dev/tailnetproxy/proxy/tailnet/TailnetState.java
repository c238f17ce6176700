package dev.tailnetproxy.proxy.tailnet;

import dev.tailnetproxy.proxy.policy.TailnetRoutes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What is known of the tailnet node at this moment. */
public sealed interface TailnetState {

    /** Whether requests can be served: unless the node is known to be outside the tailnet. */
    default boolean isReady() {
        return fold(joined -> true, notJoined -> false, () -> true);
    }

    /** The state of a node that is in the tailnet. */
    default Optional<Joined> joined() {
        return fold(Optional::of, notJoined -> Optional.empty(), Optional::empty);
    }

    /** What one of the three gives, by what this state is. */
    <T> T fold(Function<Joined, T> onJoined, Function<NotJoined, T> onNotJoined, Supplier<T> onUnknown);

    /**
     * The node is in the tailnet.
     *
     * @param routes what goes through the tailnet now
     * @param peerRouting by which peers it goes
     * @param node the node itself
     * @param exitNodeDown whether an exit node is chosen that is not connected
     * @param since when the node was first seen in this state
     */
    record Joined(TailnetRoutes routes, PeerRouting peerRouting, Node node, boolean exitNodeDown, Instant since)
            implements TailnetState {

        @Override
        public <T> T fold(Function<Joined, T> onJoined, Function<NotJoined, T> onNotJoined, Supplier<T> onUnknown) {
            return onJoined.apply(this);
        }
    }

    /**
     * The node is not in the tailnet, or tailscaled does not respond.
     *
     * @param backendState tailscaled's word for its state, or {@code Unreachable}
     */
    record NotJoined(String backendState) implements TailnetState {

        public NotJoined {
            if (backendState.isBlank()) {
                throw new IllegalArgumentException("a state without a name");
            }
        }

        @Override
        public <T> T fold(Function<Joined, T> onJoined, Function<NotJoined, T> onNotJoined, Supplier<T> onUnknown) {
            return onNotJoined.apply(this);
        }
    }

    /** No LocalAPI is configured: the SOCKS5 server is somebody else's. */
    enum Unknown implements TailnetState {
        INSTANCE;

        @Override
        public <T> T fold(Function<Joined, T> onJoined, Function<NotJoined, T> onNotJoined, Supplier<T> onUnknown) {
            return onUnknown.get();
        }
    }

    /**
     * The node as the health response shows it.
     *
     * @param name full name without a dot at the end
     * @param addresses addresses in the tailnet
     * @param version tailscaled's version
     */
    record Node(String name, List<String> addresses, String version) {
        public Node {
            addresses = List.copyOf(addresses);
        }
    }
}
