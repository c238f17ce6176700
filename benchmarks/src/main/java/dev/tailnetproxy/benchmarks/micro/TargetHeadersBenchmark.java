package dev.tailnetproxy.benchmarks.micro;

import dev.tailnetproxy.proxy.headers.Target;
import dev.tailnetproxy.proxy.headers.TargetHeaders;
import dev.tailnetproxy.proxy.http.Headers;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Reading the target from the {@code ts-*} fields. */
@State(Scope.Thread)
public class TargetHeadersBenchmark {

    private final Headers address = MeasuredMessages.request("100.64.0.7");
    private final Headers longAddress = MeasuredMessages.request("fd7a:115c:a1e0::7");
    private final Headers name = MeasuredMessages.request("orders.tailnet.test");

    /** An IPv4 address. */
    @Benchmark
    public Target ipv4Address() {
        return TargetHeaders.parse(address);
    }

    /** An IPv6 address. */
    @Benchmark
    public Target ipv6Address() {
        return TargetHeaders.parse(longAddress);
    }

    /** A name. */
    @Benchmark
    public Target name() {
        return TargetHeaders.parse(name);
    }
}
