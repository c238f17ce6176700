package dev.tailnetproxy.proxy.forwarding;

import dev.tailnetproxy.proxy.headers.RequestHeaderMapper;
import dev.tailnetproxy.proxy.headers.Target;
import dev.tailnetproxy.proxy.headers.TargetHeaders;
import dev.tailnetproxy.proxy.http.ProxyRequest;

/**
 * The mode of the proxy for clients with permission: the request's {@code ts-*} fields name the target.
 *
 * @param mapper what of the request goes on
 */
public record HeaderTargetSelector(RequestHeaderMapper mapper) implements TargetSelector {

    @Override
    public ProxyRequest interpret(ProxyRequest request) {
        return request;
    }

    @Override
    public Selection select(ProxyRequest request) {
        mapper.check(request.headers());
        Target target = TargetHeaders.parse(request.headers());
        return new Selection(
                target, mapper.requestTarget(request), mapper.forTarget(request.headers(), target.authority()));
    }
}
