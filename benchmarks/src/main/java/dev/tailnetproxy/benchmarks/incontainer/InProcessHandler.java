package dev.tailnetproxy.benchmarks.incontainer;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.tailnetproxy.testkit.TestInvocation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The function's handler as a managed Java runtime calls it, without the runtime. */
final class InProcessHandler {

    private static final String NAME = "io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler";
    private static final int REMAINING_MILLIS = 60_000;
    private static final byte[] EXPECTED_PREFIX = "{\"statusCode\":200,".getBytes(StandardCharsets.US_ASCII);

    private final RequestStreamHandler handler;

    InProcessHandler() throws ReflectiveOperationException {
        handler = Class.forName(NAME)
                .asSubclass(RequestStreamHandler.class)
                .getConstructor()
                .newInstance();
    }

    /** One invocation; anything but a target's 200 is a failure. */
    void invoke(byte[] event) throws IOException {
        invoke(event, new ByteArrayOutputStream());
    }

    /** Like the other one; the response goes to the stream, which is empty. */
    void invoke(byte[] event, ByteArrayOutputStream response) throws IOException {
        handle(new ByteArrayInputStream(event), response, new TestInvocation(REMAINING_MILLIS));
        // The beginning of a large response is the cheapest part of it.
        byte[] written = response.toByteArray();
        if (!Arrays.equals(
                written,
                0,
                Math.min(written.length, EXPECTED_PREFIX.length),
                EXPECTED_PREFIX,
                0,
                EXPECTED_PREFIX.length)) {
            throw new IOException("the function responded " + new String(written, StandardCharsets.UTF_8));
        }
    }

    /** One invocation, whatever comes of it. */
    void handle(InputStream event, OutputStream response, Context context) throws IOException {
        handler.handleRequest(event, response, context);
    }
}
