package dev.tailnetproxy.benchmarks.micro;

import dev.tailnetproxy.function.address.Cidr;
import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import dev.tailnetproxy.proxy.policy.Decision;
import dev.tailnetproxy.proxy.policy.TailnetRoutes;
import dev.tailnetproxy.proxy.policy.TargetPolicy;
import dev.tailnetproxy.proxy.policy.TargetRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The policy's decision on a target that it allows, so that no rule is left out. */
@State(Scope.Thread)
public class TargetPolicyBenchmark {

    private final Port port = new Port(8080);
    private final TargetHost peer = TargetHost.parse("100.64.0.7");
    private final TargetHost behindRouter = TargetHost.parse("10.1.2.3");
    private final TargetHost name = TargetHost.parse("orders");
    private final TailnetRoutes routes = new TailnetRoutes(
            Set.of(address("100.64.0.1")),
            Set.of(address("100.64.0.7"), address("100.64.0.9")),
            List.of(Cidr.valid("10.1.0.0/16")),
            false,
            "tailnet.test",
            Map.of(
                    "orders.tailnet.test", List.of(address("100.64.0.7")),
                    "vault.tailnet.test", List.of(address("100.64.0.9"))));
    private final TargetPolicy open = policy("", "");
    private final TargetPolicy allowing = policy("10.7.0.0/16,*.corp.test:443,db.corp.test,10.1.0.0/16:8000-8999", "");
    private final TargetPolicy denying = policy("", "100.64.0.9,10.0.0.0/8:22,vault,*.admin.tailnet.test");

    /** A peer, where nothing is listed. */
    @Benchmark
    public Decision peerWithoutLists() {
        return open.decide(peer, port, routes);
    }

    /** An address behind a subnet router, by the last of four entries. */
    @Benchmark
    public Decision addressWithAllowList() {
        return allowing.decide(behindRouter, port, routes);
    }

    /** A peer, which is none of four denied entries. */
    @Benchmark
    public Decision peerWithDenyList() {
        return denying.decide(peer, port, routes);
    }

    /** The name of a peer, which is none of four denied entries. */
    @Benchmark
    public Decision nameWithDenyList() {
        return denying.decide(name, port, routes);
    }

    private static TargetPolicy policy(String allowed, String denied) {
        return new TargetPolicy(
                TargetRule.parseList(allowed),
                TargetRule.parseList(denied),
                List.of(new TargetPolicy.Endpoint(address("127.0.0.1"), new Port(1055))));
    }

    private static IpAddress address(String text) {
        return IpAddress.parse(text).orElseThrow();
    }
}
