package dev.tailnetproxy.proxy.forwarder;

import dev.tailnetproxy.proxy.forwarding.Selection;
import dev.tailnetproxy.proxy.headers.RequestHeaderMapper;
import dev.tailnetproxy.proxy.headers.RequestHeaderMapper.SignatureOwner;
import dev.tailnetproxy.proxy.headers.UnderscoreHeaders;
import dev.tailnetproxy.proxy.http.Caller;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.Ingress;
import dev.tailnetproxy.proxy.http.ProxyRequest;

/** What the fixed target gets of a sender's request, once it is decided that it gets it. */
public final class TargetMapping {

    private static final String HOST = "host";

    private final FixedTarget target;
    private final RequestHeaderMapper mapper;
    private final RequestHeaderMapper signedCallMapper;

    /** @param underscoreHeaders what becomes of names with an underscore */
    public TargetMapping(FixedTarget target, UnderscoreHeaders underscoreHeaders) {
        this.target = target;
        this.mapper = new RequestHeaderMapper(false, underscoreHeaders, SignatureOwner.TARGET);
        this.signedCallMapper = new RequestHeaderMapper(false, underscoreHeaders, SignatureOwner.GATEWAY);
    }

    private RequestHeaderMapper mapper(ProxyRequest request) {
        return request.caller().principalArn().isPresent() ? signedCallMapper : mapper;
    }

    /**
     * Looks for fields that no target is to get.
     *
     * @throws dev.tailnetproxy.proxy.failure.ProxyFailure when there is one
     */
    void check(ProxyRequest request) {
        mapper(request).check(request.headers());
    }

    /**
     * The request without what ends at the gateway, for any target: connection-specific fields, the credentials of a call
     * that the gateway has verified, the sender's claims of its origin. Doing this twice is doing it once.
     */
    public ProxyRequest endToEnd(ProxyRequest request) {
        return request.withQuery(mapper(request).query(request))
                .withHeaders(fields(request).without(field -> field.is(HOST)))
                .from(Caller.Unknown.INSTANCE);
    }

    private Headers fields(ProxyRequest request) {
        return mapper(request)
                .forTarget(
                        SenderFields.credible(request.headers()),
                        target.target().authority());
    }

    /** The request as the target gets it. */
    Selection selection(ProxyRequest request, SafePath path, Ingress ingress) {
        String query = mapper(request).query(request);
        String targetPath = target.base().append(path).text();
        return new Selection(
                target.target(),
                query == null ? targetPath : targetPath + '?' + query,
                SenderFields.withOrigin(fields(request), ingress));
    }
}
