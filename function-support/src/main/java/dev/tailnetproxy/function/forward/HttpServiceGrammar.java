package dev.tailnetproxy.function.forward;

import dev.tailnetproxy.contract.ForwarderGrammar.TargetUrl;
import dev.tailnetproxy.function.address.BuiltInRefusals;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How {@code TS_PROXY_SERVICES} is written: entries {@code port=http://host[:port]} or {@code port=https://host[:port]}. */
public final class HttpServiceGrammar {

    private static final int MAX_ENTRIES = 100;
    private static final Port HTTP_PORT = new Port(80);
    private static final Port HTTPS_PORT = new Port(443);

    private final Map<Port, String> ownPorts;

    /** @param ownPorts ports that are in use, each with the variable that sets it */
    public HttpServiceGrammar(Map<Port, String> ownPorts) {
        this.ownPorts = Map.copyOf(ownPorts);
    }

    /**
     * What the entries say.
     *
     * @param services in the order of the entries; empty if there is a mistake
     * @param mistakes one sentence for each
     */
    public record Reading(List<HttpService> services, List<String> mistakes) {

        public Reading {
            services = List.copyOf(services);
            mistakes = List.copyOf(mistakes);
            if (!services.isEmpty() && !mistakes.isEmpty()) {
                throw new IllegalArgumentException("services beside a mistake");
            }
        }
    }

    /** Reads the variable's value: entries separated by commas. */
    public Reading readList(String text) {
        List<String> entries = text.isBlank() ? List.of() : List.of(text.split(",", -1));
        if (entries.size() > MAX_ENTRIES) {
            return new Reading(
                    List.of(),
                    List.of("there are " + entries.size() + " entries, at most " + MAX_ENTRIES + " are possible"));
        }
        List<HttpService> services = new ArrayList<>();
        List<String> mistakes = new ArrayList<>();
        for (String entry : entries) {
            try {
                HttpService service = service(entry.strip());
                checkPort(service, services);
                services.add(service);
            } catch (IllegalArgumentException mistake) {
                mistakes.add(String.valueOf(mistake.getMessage()));
            }
        }
        return new Reading(mistakes.isEmpty() ? services : List.of(), mistakes);
    }

    private static HttpService service(String entry) {
        if (entry.isEmpty()) {
            throw new IllegalArgumentException("an entry is empty: remove the comma that is too much");
        }
        if (entry.indexOf('@') >= 0) {
            // What stands before it may be a password, which no log should have.
            throw new IllegalArgumentException(
                    "an entry holds an @, which no target has: write its URL without credentials");
        }
        int equals = entry.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException(
                    "the entry " + Quoted.of(entry) + " has no equals sign: write port=http://host:port");
        }
        try {
            return service(entry.substring(0, equals), entry.substring(equals + 1));
        } catch (IllegalArgumentException mistake) {
            throw new IllegalArgumentException(
                    "in the entry " + Quoted.of(entry) + " " + mistake.getMessage(), mistake);
        }
    }

    private static HttpService service(String listenPort, String url) {
        Port listen = Port.parse(listenPort)
                .orElseThrow(() -> new IllegalArgumentException(
                        Quoted.of(listenPort) + " is no port: write a number from 1 to " + Port.MAX));
        TargetUrl parts = url(url);
        Port port =
                parts.port().isPresent() ? new Port(parts.port().getAsInt()) : parts.https() ? HTTPS_PORT : HTTP_PORT;
        return new HttpService(listen, parts.https(), host(parts.host()), port);
    }

    /** With or without a slash at its end, and nothing behind it: the client's path is the target's. */
    private static TargetUrl url(String url) {
        try {
            TargetUrl parts = TargetUrl.parse(url);
            if (parts.path().equals("/")) {
                return parts;
            }
        } catch (IllegalArgumentException e) {
            // The sentence below says the same, for this variable.
        }
        throw new IllegalArgumentException("the target " + Quoted.of(url)
                + " is no URL of a server: write http://host:port or https://host:port, without a path, with an IPv6"
                + " address in brackets");
    }

    private static TargetHost host(String text) {
        TargetHost host;
        try {
            host = TargetHost.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the target " + Quoted.of(text) + " " + e.getMessage(), e);
        }
        host.fold(BuiltInRefusals::reasonFor, BuiltInRefusals::reasonFor).ifPresent(reason -> {
            throw new IllegalArgumentException(
                    "the target " + Quoted.of(text) + " is " + reason + ", which no service may reach");
        });
        return host;
    }

    private void checkPort(HttpService candidate, List<HttpService> others) {
        String quoted = Quoted.whole(candidate.toString());
        String owner = ownPorts.get(candidate.listenPort());
        if (owner != null) {
            throw new IllegalArgumentException(
                    "the entry " + quoted + " listens on the port of " + owner + ": choose another port");
        }
        for (HttpService other : others) {
            if (candidate.listenPort().equals(other.listenPort())) {
                throw new IllegalArgumentException("the entries " + Quoted.whole(other.toString()) + " and " + quoted
                        + " listen on the same port: choose another port for one of them");
            }
        }
    }
}
