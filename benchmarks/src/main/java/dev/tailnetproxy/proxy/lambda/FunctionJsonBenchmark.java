package dev.tailnetproxy.proxy.lambda;

import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.time.Deadline;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The function's events and responses. In the package of the reader and the writer, which nothing else needs to see. */
@NullMarked
@State(Scope.Thread)
public class FunctionJsonBenchmark {

    private static final int SMALL = 1024;
    private static final int LARGE = 1_000_000;

    private final FunctionEventReader reader = new FunctionEventReader();
    private final FunctionResponseWriter writer = new FunctionResponseWriter();
    private final Deadline deadline = Deadline.in(Duration.ofMinutes(1), Clock.systemUTC());
    private final byte[] get = event("GET").utf8();
    private final byte[] smallPost = event("POST").text("x".repeat(SMALL)).utf8();
    private final byte[] largePost = event("POST").bytes(new byte[LARGE]).utf8();
    private final ProxyResponse smallResponse = response(SMALL);
    private final ProxyResponse largeResponse = response(LARGE);
    /** Used again, so that its growth is not measured. */
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(2 * LARGE);

    private static FunctionEventBuilder event(String method) {
        return FunctionEventBuilder.request(method, "/orders?page=1")
                .target("100.64.0.7", 8080)
                .principal("arn:aws:sts::123456789012:assumed-role/orders/session");
    }

    private static ProxyResponse response(int bytes) {
        return new ProxyResponse(
                200, Headers.of("content-type", "application/octet-stream", "etag", "\"1\""), Body.of(new byte[bytes]));
    }

    /** Of a GET. */
    @Benchmark
    public ProxyRequest readGet() throws IOException {
        return read(get);
    }

    /** Of a POST of 1 KB as text. */
    @Benchmark
    public ProxyRequest readSmallText() throws IOException {
        return read(smallPost);
    }

    /** Of a POST of 1 MB in base64. */
    @Benchmark
    public ProxyRequest readLargeBase64() throws IOException {
        return read(largePost);
    }

    /** Of 1 KB. */
    @Benchmark
    public int writeSmall() throws IOException {
        return write(smallResponse);
    }

    /** Of 1 MB. */
    @Benchmark
    public int writeLarge() throws IOException {
        return write(largeResponse);
    }

    private ProxyRequest read(byte[] event) throws IOException {
        return reader.read(new ByteArrayInputStream(event)).toRequest("id", deadline);
    }

    private int write(ProxyResponse response) throws IOException {
        out.reset();
        writer.write(response, false, out);
        return out.size();
    }
}
