package dev.tailnetproxy.proxy.forwarder;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.forwarding.Selection;
import dev.tailnetproxy.proxy.forwarding.SenderCheck;
import dev.tailnetproxy.proxy.forwarding.TargetSelector;
import dev.tailnetproxy.proxy.headers.HopByHopHeaders;
import dev.tailnetproxy.proxy.headers.UnderscoreHeaders;
import dev.tailnetproxy.proxy.http.Caller;
import dev.tailnetproxy.proxy.http.Ingress;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.time.Deadline;
import java.time.Duration;

/** The mode of the proxy for senders on the internet: every request that is forwarded goes to the same target. */
public final class FixedTargetSelector implements TargetSelector {

    /**
     * How much time may have passed between the gateway and the function: a start takes at most 10 s. More is a difference
     * of clocks, which must not use up the time of every request.
     */
    private static final Duration MAX_START = Duration.ofSeconds(15);

    private static final Duration MIN_TIME = Duration.ofMillis(1);

    private final ForwarderSettings settings;
    private final SenderCheck senderCheck;
    private final TargetMapping mapping;

    /** @param underscoreHeaders what becomes of names with an underscore */
    public FixedTargetSelector(
            ForwarderSettings settings, SenderCheck senderCheck, UnderscoreHeaders underscoreHeaders) {
        this.settings = settings;
        this.senderCheck = senderCheck;
        this.mapping = new TargetMapping(settings.target(), underscoreHeaders);
    }

    @Override
    public Caller caller(ProxyRequest request) {
        return request.caller().principalArn().isPresent()
                ? request.caller()
                : request.ingress()
                        .<Caller>map(ingress ->
                                new Caller.Peer(ingress.sourceAddress().toString()))
                        .orElse(Caller.Unknown.INSTANCE);
    }

    @Override
    public ProxyRequest interpret(ProxyRequest request) {
        if (request.isDirectInvocation()) {
            // Its sender may invoke the function, like the warmer. The proxy itself responds to its control fields; it
            // can't be forwarded. An event of a gateway that can't be read is a sender's all the same.
            return request;
        }
        Ingress ingress = ingress(request);
        if (!settings.gateway().isOrigin(ingress)) {
            throw new ProxyFailure(
                    ErrorName.SENDER_NOT_ALLOWED,
                    "the request did not come through the gateway of TS_FORWARDER_GATEWAY");
        }
        return request.withPath(path(request, ingress).text())
                .withHeaders(HopByHopHeaders.withoutNominated(SenderFields.withoutControl(request.headers())))
                .until(deadline(request.deadline(), ingress));
    }

    private static Ingress ingress(ProxyRequest request) {
        return request.ingress()
                .orElseThrow(() -> new ProxyFailure(
                        ErrorName.INVALID_HEADER,
                        "the event does not say by which address and by which domain the request came"));
    }

    private SafePath path(ProxyRequest request, Ingress ingress) {
        try {
            return settings.gateway().path(request.path(), ingress);
        } catch (IllegalArgumentException e) {
            throw new ProxyFailure(ErrorName.INVALID_TARGET, "the path " + e.getMessage(), e);
        }
    }

    /** The gateway's time began when it received the request, which may be before the function's start. */
    private Deadline deadline(Deadline deadline, Ingress ingress) {
        Duration passed = ingress.receivedAt()
                .map(received -> Duration.between(received, deadline.clock().instant()))
                .filter(time -> !time.isNegative())
                .orElse(Duration.ZERO);
        Duration start = passed.compareTo(MAX_START) < 0 ? passed : MAX_START;
        Duration left = settings.timeout().minus(start);
        return deadline.earlier(left.compareTo(MIN_TIME) < 0 ? MIN_TIME : left);
    }

    @Override
    public Selection select(ProxyRequest request) {
        Ingress ingress = ingress(request);
        SafePath path = new SafePath(request.path());
        settings.rules().check(request, ingress.sourceAddress(), path);
        checkSender(request);
        mapping.check(request);
        return mapping.selection(request, path, ingress);
    }

    private void checkSender(ProxyRequest request) {
        byte[] body = request.body().fold(() -> new byte[0], buffer -> buffer.getBytes(), streamed -> {
            throw new IllegalStateException("the body of a request through a gateway is in memory");
        });
        senderCheck.refusal(request, body).ifPresent(cause -> {
            throw new ProxyFailure(ErrorName.UNAUTHORIZED, cause);
        });
    }
}
