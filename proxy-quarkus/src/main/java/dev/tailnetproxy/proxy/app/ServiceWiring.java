package dev.tailnetproxy.proxy.app;

import dev.tailnetproxy.function.forward.HttpService;
import dev.tailnetproxy.proxy.config.Settings;
import dev.tailnetproxy.proxy.forwarder.ServiceTargetSelector;
import dev.tailnetproxy.proxy.forwarding.ProxyService;
import dev.tailnetproxy.proxy.forwarding.RequestForwarder;
import dev.tailnetproxy.proxy.forwarding.ResponseFilter;
import dev.tailnetproxy.proxy.resolution.PathDiscovery;
import dev.tailnetproxy.proxy.resolution.TargetResolver;
import dev.tailnetproxy.proxy.server.ServicePort;
import dev.tailnetproxy.proxy.upstream.UpstreamClient;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Makes the ports of services: the proxy of the HTTP port, with another choice of the target. */
@Singleton
class ServiceWiring {

    private final Settings settings;
    private final ProxyService proxy;
    private final TargetResolver resolver;
    private final UpstreamClient upstream;
    private final PathDiscovery paths;

    @Inject
    ServiceWiring(
            Settings settings,
            ProxyService proxy,
            TargetResolver resolver,
            UpstreamClient upstream,
            PathDiscovery paths) {
        this.settings = settings;
        this.proxy = proxy;
        this.resolver = resolver;
        this.upstream = upstream;
        this.paths = paths;
    }

    List<ServicePort> ports() {
        return settings.services().stream().map(this::port).toList();
    }

    private ServicePort port(HttpService service) {
        RequestForwarder delivery = new RequestForwarder(
                settings.unverifiedTlsTargets(),
                new ServiceTargetSelector(service, settings.passForwarded(), settings.underscoreHeaders()),
                ResponseFilter.passAll(),
                resolver,
                upstream,
                paths);
        return new ServicePort(Optional.of(service.listenPort()), proxy.withDelivery(delivery));
    }
}
