package dev.tailnetproxy.function.forward;

import dev.tailnetproxy.contract.LayerVariables;
import dev.tailnetproxy.function.address.AddressSpelling;
import dev.tailnetproxy.function.address.BuiltInRefusals;
import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How {@code TS_FORWARDS} is written: entries {@code [address:]port=host:port}. The layer, which is written in Go, reads them
 * in the same way, with the same words for each mistake; the tests of both read one table of cases.
 */
public final class ForwardGrammar {

    private static final int MAX_ENTRIES = 100;
    private static final IpAddress DEFAULT_ADDRESS = IpAddress.of(new byte[] {127, 0, 0, 1});

    private final int socksPort;

    /** @param socksPort the port of the layer's SOCKS5 and HTTP proxy, which no forward may listen on */
    public ForwardGrammar(int socksPort) {
        this.socksPort = socksPort;
    }

    /**
     * What the entries say.
     *
     * @param forwards in the order of the entries; empty if there is a mistake
     * @param mistakes one sentence for each
     */
    public record Reading(List<Forward> forwards, List<String> mistakes) {

        public Reading {
            forwards = List.copyOf(forwards);
            mistakes = List.copyOf(mistakes);
            if (!forwards.isEmpty() && !mistakes.isEmpty()) {
                throw new IllegalArgumentException("forwards beside a mistake");
            }
        }

        private static Reading mistake(String sentence) {
            return new Reading(List.of(), List.of(sentence));
        }
    }

    /** A mistake, as the sentence that names it. */
    private static final class Mistake extends Exception {

        private static final long serialVersionUID = 1;

        Mistake(String sentence) {
            super(sentence, null, false, false);
        }

        String sentence() {
            return String.valueOf(getMessage());
        }
    }

    /** Reads the variable's value: entries separated by commas. */
    public Reading readList(String text) {
        return text.isBlank() ? read(List.of()) : read(List.of(text.split(",", -1)));
    }

    /** Reads entries. */
    public Reading read(List<String> entries) {
        if (entries.size() > MAX_ENTRIES) {
            return Reading.mistake(
                    "there are " + entries.size() + " entries, at most " + MAX_ENTRIES + " are possible");
        }
        List<Forward> forwards = new ArrayList<>();
        List<String> mistakes = new ArrayList<>();
        for (String entry : entries) {
            try {
                Forward forward = forward(entry.strip());
                checkListen(forward, forwards);
                forwards.add(forward);
            } catch (Mistake mistake) {
                mistakes.add(mistake.sentence());
            }
        }
        return new Reading(mistakes.isEmpty() ? forwards : List.of(), mistakes);
    }

    private static Forward forward(String entry) throws Mistake {
        if (entry.isEmpty()) {
            throw new Mistake("an entry is empty: remove the comma that is too much");
        }
        int equals = entry.indexOf('=');
        if (equals < 0) {
            throw new Mistake("the entry " + Quoted.of(entry) + " has no equals sign: write [address:]port=host:port");
        }
        try {
            HostAndPort listen = HostAndPort.of(entry.substring(0, equals));
            IpAddress address = listenAddress(listen);
            Port port = port(listen.port());
            HostAndPort target = HostAndPort.of(entry.substring(equals + 1));
            if (target.host().isEmpty()) {
                throw new Mistake("the target " + Quoted.of(target.text())
                        + " is not host:port, with an IPv6 address in brackets");
            }
            Port targetPort = port(target.port());
            return new Forward(address, port, target(target, target.host().get()), targetPort);
        } catch (Mistake mistake) {
            throw new Mistake("in the entry " + Quoted.of(entry) + " " + mistake.sentence());
        }
    }

    private static IpAddress listenAddress(HostAndPort listen) throws Mistake {
        if (listen.host().isEmpty()) {
            return DEFAULT_ADDRESS;
        }
        return listen.address()
                .orElseThrow(() -> new Mistake(Quoted.of(listen.host().get())
                        + " is no address to listen on: write an IPv4 address, or an IPv6 address in brackets"));
    }

    private static TargetHost target(HostAndPort target, String host) throws Mistake {
        Optional<IpAddress> address = target.address();
        if (address.isPresent()) {
            refuse(address.get().toString(), BuiltInRefusals.reasonFor(address.get()));
            return new TargetHost.Address(address.get());
        }
        TargetHost.Name name = Optional.of(host)
                .filter(text -> AddressSpelling.of(text).mayBeName())
                .flatMap(TargetHost.Name::read)
                .orElseThrow(() -> new Mistake("the target " + Quoted.of(host)
                        + " is neither an address nor a name: write an IPv6 address in brackets"));
        refuse(Quoted.of(host), BuiltInRefusals.reasonFor(name));
        return name;
    }

    /** An address that no forward reaches is a mistake before anything is dialled. */
    private static void refuse(String target, Optional<String> reason) throws Mistake {
        if (reason.isPresent()) {
            throw new Mistake("the target " + target + " is " + reason.get() + ", which no forward may reach");
        }
    }

    private static Port port(String text) throws Mistake {
        return Port.parse(text)
                .orElseThrow(() -> new Mistake(Quoted.of(text) + " is no port: write a number from 1 to " + Port.MAX));
    }

    private void checkListen(Forward candidate, List<Forward> others) throws Mistake {
        String quoted = Quoted.whole(candidate.toString());
        if (candidate.listenPort().number() == socksPort) {
            throw new Mistake("the entry " + quoted + " listens on the port of the SOCKS5 and HTTP proxy ("
                    + LayerVariables.SOCKS_PORT.name() + "): choose another port");
        }
        for (Forward other : others) {
            if (candidate.sharesPortWith(other)) {
                throw new Mistake("the entries " + Quoted.whole(other.toString()) + " and " + quoted
                        + " listen on the same port: choose another port for one of them");
            }
        }
    }
}
