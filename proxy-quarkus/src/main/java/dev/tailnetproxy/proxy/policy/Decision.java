package dev.tailnetproxy.proxy.policy;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.TargetHost;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What the policy says of a target: a verdict, or what has to be known before there can be one. */
public sealed interface Decision {

    /** What one of the two gives, by whether there is a verdict yet. */
    <T> T fold(Function<Verdict, T> onVerdict, Function<Resolve, T> onResolve);

    /** The last word on a target. */
    sealed interface Verdict extends Decision {

        /** What one of the two gives, by whether there are hosts that may be dialled; of these the best comes first. */
        <T> T foldVerdict(Function<List<TargetHost>, T> onDialable, Function<Refuse, T> onRefuse);

        @Override
        default <T> T fold(Function<Verdict, T> onVerdict, Function<Resolve, T> onResolve) {
            return onVerdict.apply(this);
        }
    }

    /**
     * May be dialled, at these addresses and at no others.
     *
     * @param addresses at least one, the best first
     */
    record Dial(List<IpAddress> addresses) implements Verdict {
        public Dial {
            addresses = List.copyOf(addresses);
            if (addresses.isEmpty()) {
                throw new IllegalArgumentException("nothing to dial");
            }
        }

        @Override
        public <T> T foldVerdict(Function<List<TargetHost>, T> onDialable, Function<Refuse, T> onRefuse) {
            List<TargetHost> hosts = new ArrayList<>(addresses.size());
            for (IpAddress address : addresses) {
                hosts.add(new TargetHost.Address(address));
            }
            return onDialable.apply(hosts);
        }
    }

    /**
     * The name may be asked for; every address that comes back has to be judged before one is dialled.
     *
     * @param name the name as the caller gave it
     * @param fullName the name to ask for, completed with the tailnet's suffix where it was a short one
     */
    record Resolve(TargetHost.Name name, TargetHost.Name fullName) implements Decision {

        public Resolve {
            if (!fullName.equals(name) && !fullName.value().startsWith(name.value() + ".")) {
                throw new IllegalArgumentException(fullName + " does not complete " + name);
            }
        }

        @Override
        public <T> T fold(Function<Verdict, T> onVerdict, Function<Resolve, T> onResolve) {
            return onResolve.apply(this);
        }
    }

    /** The name may be handed to a SOCKS5 server that is not tailscaled and resolves names itself. */
    record DialName(TargetHost.Name name) implements Verdict {

        @Override
        public <T> T foldVerdict(Function<List<TargetHost>, T> onDialable, Function<Refuse, T> onRefuse) {
            return onDialable.apply(List.of(name));
        }
    }

    /** Must not be dialled. */
    record Refuse(ErrorName error, String message) implements Verdict {

        public Refuse {
            if (message.isBlank()) {
                throw new IllegalArgumentException("a refusal without a reason");
            }
        }

        public ProxyFailure failure() {
            return new ProxyFailure(error, message);
        }

        @Override
        public <T> T foldVerdict(Function<List<TargetHost>, T> onDialable, Function<Refuse, T> onRefuse) {
            return onRefuse.apply(this);
        }
    }

    /** What an allowed target gets that nobody routes. */
    static Refuse noRoute() {
        return new Refuse(
                ErrorName.NO_TAILNET_ROUTE, "no node of the tailnet routes the target's address at this moment");
    }

    static Refuse notAllowed(String message) {
        return new Refuse(ErrorName.TARGET_NOT_ALLOWED, message);
    }
}
