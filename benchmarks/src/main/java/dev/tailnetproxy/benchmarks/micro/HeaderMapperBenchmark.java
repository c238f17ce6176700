package dev.tailnetproxy.benchmarks.micro;

import dev.tailnetproxy.proxy.headers.RequestHeaderMapper;
import dev.tailnetproxy.proxy.headers.ResponseHeaderMapper;
import dev.tailnetproxy.proxy.http.Headers;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Which header fields go on to the target, and which back to the client. */
@State(Scope.Thread)
public class HeaderMapperBenchmark {

    private static final String TARGET = "100.64.0.7";

    private final Headers request = MeasuredMessages.request(TARGET);
    private final Headers response = MeasuredMessages.response();
    private final RequestHeaderMapper mapper = new RequestHeaderMapper(false);

    /** The fields for the target. */
    @Benchmark
    public Headers forTarget() {
        return mapper.forTarget(request, TARGET);
    }

    /** The fields for the client. */
    @Benchmark
    public Headers forClient() {
        return ResponseHeaderMapper.forClient(response);
    }
}
