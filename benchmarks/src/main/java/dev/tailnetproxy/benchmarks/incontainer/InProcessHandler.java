package dev.tailnetproxy.benchmarks.incontainer;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.tailnetproxy.testkit.TestInvocation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The function's handler as a managed Java runtime calls it, without the runtime. */
final class InProcessHandler {

    private static final String NAME = "io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler";
    private static final int REMAINING_MILLIS = 60_000;

    private final RequestStreamHandler handler;

    InProcessHandler() throws ReflectiveOperationException {
        handler = Class.forName(NAME)
                .asSubclass(RequestStreamHandler.class)
                .getConstructor()
                .newInstance();
    }

    /** One invocation; anything but a target's 200 is a failure. */
    void invoke(byte[] event) throws IOException {
        ByteArrayOutputStream response = new ByteArrayOutputStream();
        handler.handleRequest(new ByteArrayInputStream(event), response, new TestInvocation(REMAINING_MILLIS));
        String text = response.toString(StandardCharsets.UTF_8);
        if (!text.contains("\"statusCode\":200")) {
            throw new IOException("the function responded " + text);
        }
    }
}
