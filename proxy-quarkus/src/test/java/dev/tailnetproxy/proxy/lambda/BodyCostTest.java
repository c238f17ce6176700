package dev.tailnetproxy.proxy.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import dev.tailnetproxy.proxy.support.AllocatedBytes;
import dev.tailnetproxy.proxy.time.Deadline;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a large body takes of the heap on its way through the function's ends: a copy more, or a text, shows here. */
class BodyCostTest {

    private static final int BODY = 256 * 1024;
    private static final int BASE64 = BODY / 3 * 4;
    private static final int REST = 128 * 1024;

    /** A way of a body, and the most that it may take. */
    record Way(String name, long maxBytes, Callable<?> work) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Way> ways() {
        byte[] event =
                FunctionEventBuilder.request("POST", "/").bytes(new byte[BODY]).utf8();
        FunctionEventReader reader = new FunctionEventReader();
        FunctionResponseWriter writer = new FunctionResponseWriter();
        ProxyResponse response = new ProxyResponse(200, Headers.none(), Body.of(new byte[BODY]));
        return Stream.of(
                new Way("the event, once as it came and once decoded", BASE64 + BODY + REST, () -> reader.read(
                                new ByteArrayInputStream(event))
                        .toRequest("id", Deadline.in(Duration.ofSeconds(1), Clock.systemUTC()))),
                new Way("the response, in pieces", REST, () -> {
                    writer.write(response, false, OutputStream.nullOutputStream());
                    return response;
                }));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void bodyTakesLittle(Way way) throws Exception {
        assertThat(AllocatedBytes.perRun(way.work())).isLessThanOrEqualTo(way.maxBytes());
    }
}
