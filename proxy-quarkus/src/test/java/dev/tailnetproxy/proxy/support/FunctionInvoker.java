package dev.tailnetproxy.proxy.support;

import com.amazonaws.services.lambda.runtime.Context;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import dev.tailnetproxy.testkit.TestInvocation;
import io.quarkus.amazon.lambda.runtime.AmazonLambdaRecorder;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Invokes the function in the way the managed Java runtime does. */
public final class FunctionInvoker {

    private FunctionInvoker() {}

    public static FunctionResponse invoke(FunctionEventBuilder event) {
        return invoke(event.json());
    }

    public static FunctionResponse invoke(String event) {
        return invoke(event, 30_000);
    }

    public static FunctionResponse invoke(String event, int remainingMillis) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            handle(event, out, new TestInvocation(remainingMillis));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new FunctionResponse(new JsonObject(out.toString(StandardCharsets.UTF_8)));
    }

    private static void handle(String event, ByteArrayOutputStream out, Context context) throws IOException {
        AmazonLambdaRecorder.handle(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)), out, context);
    }
}
