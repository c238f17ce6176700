package dev.tailnetproxy.proxy.support;

import dev.tailnetproxy.proxy.lambda.FunctionHandler;
import dev.tailnetproxy.testkit.TestInvocation;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The function of a {@link TestProxy}, event in and response out. */
public final class TestFunction {

    private final FunctionHandler handler;

    TestFunction(FunctionHandler handler) {
        this.handler = handler;
    }

    /**
     * Hands the event over as Lambda does.
     *
     * @throws IOException when the event is no JSON
     */
    public FunctionResponse invoke(String event, int remainingMillis) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        invoke(event, remainingMillis, out);
        return new FunctionResponse(new JsonObject(out.toString(StandardCharsets.UTF_8)));
    }

    /** Like {@link #invoke(String, int)}; the bytes of the response go to the stream. */
    public void invoke(String event, int remainingMillis, OutputStream out) throws IOException {
        handler.handle(
                new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
                out,
                new TestInvocation(remainingMillis));
    }
}
