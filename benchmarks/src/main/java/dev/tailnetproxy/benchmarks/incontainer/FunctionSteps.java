package dev.tailnetproxy.benchmarks.incontainer;

import dev.tailnetproxy.proxy.accesslog.RequestLog;
import dev.tailnetproxy.proxy.accesslog.RequestSummary;
import dev.tailnetproxy.proxy.accesslog.RetryCount;
import dev.tailnetproxy.proxy.failure.Outcome;
import dev.tailnetproxy.proxy.forwarding.HeaderTargetSelector;
import dev.tailnetproxy.proxy.headers.RequestHeaderMapper;
import dev.tailnetproxy.proxy.headers.ResponseHeaderMapper;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.lambda.FunctionEvent;
import dev.tailnetproxy.proxy.lambda.FunctionEventReader;
import dev.tailnetproxy.proxy.lambda.FunctionResponseWriter;
import dev.tailnetproxy.proxy.time.Deadline;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What each step of an invocation takes, in a JVM with the function in its class path. Prints a line for each step:
 * {@code step}, its name, a name of {@link FunctionPayload} and the median in nanoseconds, with tabs between them.
 */
public final class FunctionSteps {

    private static final Duration TIME = Duration.ofSeconds(60);

    /** One step, done once. */
    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    private final FunctionPayload payload;

    private FunctionSteps(FunctionPayload payload) {
        this.payload = payload;
    }

    /**
     * Measures.
     *
     * @param arguments the port of a {@link SocksTarget}
     * @throws Exception when it can't be measured
     */
    public static void main(String[] arguments) throws Exception {
        int socksPort = Integer.parseInt(arguments[0]);
        InProcessHandler function = new InProcessHandler();
        Vertx vertx = Vertx.vertx();
        Context loop = vertx.getOrCreateContext();
        for (FunctionPayload payload : FunctionPayload.values()) {
            FunctionSteps steps = new FunctionSteps(payload);
            steps.whole(function, socksPort);
            steps.wayIn();
            steps.wayOut();
            steps.measure(FunctionStep.HAND_OVER, () -> handOver(loop));
            RequestSummary summary = steps.summary();
            steps.measure(FunctionStep.LOG_LINE, () -> RequestLog.write(summary));
        }
        System.exit(0);
    }

    private void whole(InProcessHandler function, int socksPort) throws Exception {
        byte[] event = payload.event();
        ByteArrayOutputStream response = new ByteArrayOutputStream();
        measure(FunctionStep.FUNCTION, () -> {
            response.reset();
            function.invoke(event, response);
        });
        byte[] direct = payload.direct();
        try (KeepAliveConnection connection =
                KeepAliveConnection.throughSocks(socksPort, FunctionPayload.ADDRESS, FunctionPayload.PORT)) {
            measure(FunctionStep.STRAIGHT, () -> connection.exchange(direct));
        }
    }

    private void wayIn() throws Exception {
        byte[] event = payload.event();
        FunctionEventReader reader = new FunctionEventReader();
        measure(FunctionStep.EVENT_JSON, () -> reader.read(new ByteArrayInputStream(event)));
        FunctionEvent read = reader.read(new ByteArrayInputStream(event));
        Deadline deadline = Deadline.in(TIME, Clock.systemUTC());
        measure(FunctionStep.EVENT_TO_REQUEST, () -> read.toRequest("id", deadline));
        byte[] base64 = payload.encodedRequestBody();
        measure(FunctionStep.BASE64_IN, () -> Base64.getDecoder().decode(base64));
        ProxyRequest request = read.toRequest("id", deadline);
        HeaderTargetSelector selector = new HeaderTargetSelector(new RequestHeaderMapper(false));
        Headers headers = headers();
        measure(FunctionStep.FIELDS, () -> {
            selector.select(request);
            ResponseHeaderMapper.forClient(headers);
        });
    }

    private void wayOut() throws Exception {
        FunctionResponseWriter writer = new FunctionResponseWriter();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ProxyResponse response = new ProxyResponse(200, headers(), Body.of(payload.responseBody()));
        measure(FunctionStep.RESPONSE_JSON, () -> {
            out.reset();
            writer.write(response, false, out);
        });
        ProxyResponse withoutBody = new ProxyResponse(200, headers(), Body.empty());
        measure(FunctionStep.RESPONSE_JSON_WITHOUT_BODY, () -> {
            out.reset();
            writer.write(withoutBody, false, out);
        });
    }

    private Headers headers() {
        return Headers.of("content-length", Integer.toString(payload.responseBody().length), "x-received", "0");
    }

    private static void handOver(Context loop) throws Exception {
        Promise<Void> done = Promise.promise();
        loop.runOnContext(go -> done.complete());
        done.future().toCompletionStage().toCompletableFuture().get(TIME.toSeconds(), TimeUnit.SECONDS);
    }

    private RequestSummary summary() throws Exception {
        FunctionEvent event = new FunctionEventReader().read(new ByteArrayInputStream(payload.event()));
        ProxyRequest request =
                event.toRequest("00000000-0000-0000-0000-000000000000", Deadline.in(TIME, Clock.systemUTC()));
        return new RequestSummary(
                request.id(),
                request.caller(),
                request.method(),
                FunctionPayload.ADDRESS + ":" + FunctionPayload.PORT,
                200,
                Outcome.Forwarded.INSTANCE,
                RetryCount.NONE,
                0,
                payload.responseBody().length,
                Duration.ofMillis(3),
                Optional.of(Duration.ofMillis(2)),
                Optional.empty());
    }

    private void measure(FunctionStep step, Work work) throws Exception {
        int rounds = payload.rounds();
        long[] nanos = new long[rounds];
        for (int i = -rounds / 2; i < rounds; i++) {
            long begin = System.nanoTime();
            work.run();
            long took = System.nanoTime() - begin;
            if (i >= 0) {
                nanos[i] = took;
            }
        }
        Arrays.sort(nanos);
        System.out.println(
                String.join("\t", FunctionStep.WORD, step.name(), payload.name(), Long.toString(nanos[rounds / 2])));
    }
}
