package dev.tailnetproxy.proxy.forwarder;

import dev.tailnetproxy.contract.HeaderNames;
import dev.tailnetproxy.proxy.http.Grammar;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.Ingress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Which fields of a sender nobody behind the proxy may believe, and what stands in their place. */
final class SenderFields {

    /** Families of fields by which intermediaries, such as Tailscale Serve, tell a service who its client is. */
    private static final List<String> CLAIMED_PREFIXES =
            List.of("x-forwarded-", "x-amzn-", "tailscale-", "x-auth-request-", "x-ssl-client-", "ssl-client-");

    /** Who sent the request, and to which host. */
    private static final Set<String> ORIGIN = Set.of(
            "forwarded",
            "x-forwarded",
            "x-real-ip",
            "x-client-ip",
            "client-ip",
            "x-cluster-client-ip",
            "x-remote-ip",
            "x-remote-addr",
            "remote-addr",
            "x-originating-ip",
            "x-envoy-external-address",
            "x-original-forwarded-for",
            "x-host",
            "x-original-host",
            "true-client-ip",
            "cf-connecting-ip",
            "cf-connecting-ipv6",
            "fastly-client-ip",
            "fly-client-ip",
            "remote-user",
            "x-remote-user",
            "x-webauth-user",
            "x-client-cert");

    /** Another method or another URL than that of the request, which some frameworks take instead. */
    private static final Set<String> OVERRIDES = Set.of(
            "x-http-method-override",
            "x-http-method",
            "x-method-override",
            "x-original-url",
            "x-original-uri",
            "x-original-method",
            "x-rewrite-url",
            "x-envoy-original-path");

    /** What the proxy writes or removes, and what says how to read a body. */
    private static final Set<String> FRAMING = Set.of(
            "host",
            "content-length",
            "content-type",
            "content-encoding",
            "transfer-encoding",
            "connection",
            "proxy-connection",
            "keep-alive",
            "te",
            "upgrade",
            "expect",
            "cookie",
            "authorization");

    private SenderFields() {}

    /** All fields but those that control the proxy: a sender has no control over it. */
    static Headers withoutControl(Headers headers) {
        return headers.without(field -> lenientName(field).startsWith(HeaderNames.PREFIX));
    }

    /**
     * All fields but those that say who sent the request, or that it is another one than it is, and those that a reader may
     * take for another field of it: of two values the sender has signed one.
     */
    static Headers credible(Headers headers) {
        Set<String> plainNames = headers.stream()
                .map(HeaderField::name)
                .filter(Grammar::isPlainName)
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
        return headers.without(field -> {
            String name = lenientName(field);
            boolean standsIn =
                    !Grammar.isPlainName(field.name()) && (plainNames.contains(name) || FRAMING.contains(name));
            return standsIn
                    || CLAIMED_PREFIXES.stream().anyMatch(name::startsWith)
                    || ORIGIN.contains(name)
                    || OVERRIDES.contains(name);
        });
    }

    /** A target may read other characters in a name as hyphens. */
    private static String lenientName(HeaderField field) {
        return Grammar.lenientForm(field.name());
    }

    /** The fields with what the gateway says of the sender (RFC 7239). */
    static Headers withOrigin(Headers headers, Ingress ingress) {
        String address = ingress.sourceAddress().toString();
        String node = ingress.sourceAddress().isIpv4() ? address : "\"[" + address + "]\"";
        String host = ingress.domainName().toString();
        return headers.with("x-forwarded-for", address)
                .with("x-forwarded-proto", "https")
                .with("x-forwarded-host", host)
                .with("forwarded", "for=" + node + ";host=" + host + ";proto=https");
    }
}
