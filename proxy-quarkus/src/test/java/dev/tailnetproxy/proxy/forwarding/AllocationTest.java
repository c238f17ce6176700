package dev.tailnetproxy.proxy.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.function.address.AddressSpelling;
import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import dev.tailnetproxy.proxy.headers.RequestHeaderMapper;
import dev.tailnetproxy.proxy.headers.ResponseHeaderMapper;
import dev.tailnetproxy.proxy.headers.TargetHeaders;
import dev.tailnetproxy.proxy.http.Framing;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.UpgradeOffer;
import dev.tailnetproxy.proxy.policy.Decision;
import dev.tailnetproxy.proxy.policy.TailnetRoutes;
import dev.tailnetproxy.proxy.policy.TargetPolicy;
import dev.tailnetproxy.proxy.support.AllocatedBytes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the steps of an ordinary request take of the heap: a pattern or a stream in one of them shows here. */
class AllocationTest {

    private static final Headers REQUEST = Headers.of(
            "host",
            "proxy.example",
            "ts-target-ip",
            "100.64.0.7",
            "ts-target-port",
            "8080",
            "ts-timeout-ms",
            "30000",
            "accept",
            "*/*",
            "user-agent",
            "client/1.0",
            "content-type",
            "application/json",
            "content-length",
            "1024");

    private static final Headers RESPONSE = Headers.of(
            "date",
            "Thu, 26 Nov 2026 12:00:00 GMT",
            "content-type",
            "application/json",
            "content-length",
            "1024",
            "etag",
            "\"1\"",
            "x_trace",
            "7");

    private static final IpAddress ADDRESS = IpAddress.parse("100.64.0.7").orElseThrow();

    private static final TargetPolicy POLICY = new TargetPolicy(
            List.of(),
            List.of(),
            List.of(new TargetPolicy.Endpoint(IpAddress.parse("127.0.0.1").orElseThrow(), new Port(1055))));

    private static final TailnetRoutes ROUTES = new TailnetRoutes(
            Set.of(IpAddress.parse("100.64.0.1").orElseThrow()),
            Set.of(ADDRESS),
            List.of(),
            false,
            "tailnet.test",
            Map.of());

    /** A step of a request, and the most that it may take. */
    record Step(String name, long maxBytes, Callable<?> work) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Step> steps() {
        RequestHeaderMapper mapper = new RequestHeaderMapper(false);
        return Stream.of(
                new Step("an IPv4 address", 160, () -> AddressSpelling.of("100.64.0.7")),
                new Step("an IPv6 address", 1_000, () -> AddressSpelling.of("fd7a:115c:a1e0::7")),
                new Step("a name that is no address", 60, () -> AddressSpelling.of("orders.example")),
                new Step("a port", 350, () -> Port.parse("8080")),
                new Step("the only value of a field", 60, () -> REQUEST.all("host")),
                new Step("a field that is not there", 0, () -> REQUEST.all("cookie")),
                new Step("the target", 1_200, () -> TargetHeaders.parse(REQUEST)),
                new Step("the framing", 500, () -> Framing.of(REQUEST, true)),
                new Step("no offer of a protocol", 60, () -> UpgradeOffer.of(REQUEST::all)),
                new Step("the decision on an address", 1_400, () -> decide(ADDRESS)),
                new Step("the fields for the target", 500, () -> mapper.forTarget(REQUEST, "100.64.0.7")),
                new Step("the fields for the client", 1_100, () -> ResponseHeaderMapper.forClient(RESPONSE)));
    }

    private static Decision decide(IpAddress address) {
        return POLICY.decide(new TargetHost.Address(address), new Port(8080), ROUTES);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void stepTakesLittle(Step step) throws Exception {
        assertThat(AllocatedBytes.perRun(step.work())).isLessThanOrEqualTo(step.maxBytes());
    }
}
