package dev.tailnetproxy.proxy.forwarder;

import dev.tailnetproxy.contract.HeaderNames;
import dev.tailnetproxy.proxy.http.Grammar;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.Ingress;
import java.util.Set;

/** Which fields of a sender nobody behind the proxy may believe, and what stands in their place. */
final class SenderFields {

    private static final String FORWARDED_PREFIX = "x-forwarded-";

    /** Who sent the request. */
    private static final Set<String> ORIGIN = Set.of(
            "forwarded",
            "x-forwarded",
            "x-real-ip",
            "x-client-ip",
            "x-cluster-client-ip",
            "x-original-host",
            "true-client-ip",
            "cf-connecting-ip",
            "fastly-client-ip");

    /** Another method or another URL than that of the request, which some frameworks take instead. */
    private static final Set<String> OVERRIDES = Set.of(
            "x-http-method-override",
            "x-http-method",
            "x-method-override",
            "x-original-url",
            "x-original-uri",
            "x-original-method",
            "x-rewrite-url");

    private SenderFields() {}

    /** All fields but those that control the proxy: a sender has no control over it. */
    static Headers withoutControl(Headers headers) {
        return headers.without(field -> lenientName(field).startsWith(HeaderNames.PREFIX));
    }

    /** All fields but those that say who sent the request, or that it is another one than it is. */
    static Headers credible(Headers headers) {
        return headers.without(field -> {
            String name = lenientName(field);
            return name.startsWith(FORWARDED_PREFIX) || ORIGIN.contains(name) || OVERRIDES.contains(name);
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
