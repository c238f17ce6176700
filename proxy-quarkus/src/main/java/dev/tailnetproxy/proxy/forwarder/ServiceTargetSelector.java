package dev.tailnetproxy.proxy.forwarder;

import dev.tailnetproxy.function.address.TargetHost;
import dev.tailnetproxy.function.forward.HttpService;
import dev.tailnetproxy.proxy.forwarding.Selection;
import dev.tailnetproxy.proxy.forwarding.TargetSelector;
import dev.tailnetproxy.proxy.headers.RequestHeaderMapper;
import dev.tailnetproxy.proxy.headers.RequestHeaderMapper.SignatureOwner;
import dev.tailnetproxy.proxy.headers.Target;
import dev.tailnetproxy.proxy.headers.UnderscoreHeaders;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import java.util.Optional;

/**
 * The mode of a port whose requests all go to one target. Its clients take the port for the target: path, query and
 * credentials are the target's, and no field controls the proxy.
 */
public final class ServiceTargetSelector implements TargetSelector {

    private final Target target;
    private final RequestHeaderMapper mapper;

    /**
     * The requests of one port.
     *
     * @param passForwarded whether clients' {@code X-Forwarded-*} fields go on
     * @param underscoreHeaders what becomes of names with an underscore
     */
    public ServiceTargetSelector(HttpService service, boolean passForwarded, UnderscoreHeaders underscoreHeaders) {
        Optional<TargetHost> serverName = service.target().fold(address -> Optional.empty(), Optional::of);
        target = new Target(service.target(), service.targetPort(), service.https(), serverName, Optional.empty());
        mapper = new RequestHeaderMapper(passForwarded, underscoreHeaders, SignatureOwner.TARGET);
    }

    @Override
    public ProxyRequest interpret(ProxyRequest request) {
        return request.withHeaders(SenderFields.withoutControl(request.headers()));
    }

    @Override
    public Selection select(ProxyRequest request) {
        mapper.check(request.headers());
        return new Selection(
                target, mapper.requestTarget(request), mapper.forTarget(request.headers(), target.authority()));
    }
}
