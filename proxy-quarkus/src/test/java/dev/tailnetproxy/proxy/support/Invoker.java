package dev.tailnetproxy.proxy.support;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import io.quarkus.amazon.lambda.runtime.AmazonLambdaRecorder;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Invokes the function in the way the managed Java runtime does. */
public final class Invoker {

    private Invoker() {}

    public static Answer invoke(Events event) {
        return invoke(event.json());
    }

    public static Answer invoke(String event) {
        return invoke(event, 30_000);
    }

    public static Answer invoke(String event, int remainingMillis) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            handle(event, out, new Invocation(remainingMillis));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Answer(new JsonObject(out.toString(StandardCharsets.UTF_8)));
    }

    private static void handle(String event, ByteArrayOutputStream out, Context context) throws IOException {
        AmazonLambdaRecorder.handle(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)), out, context);
    }

    private record Invocation(int remainingMillis) implements Context {
        @Override
        public String getAwsRequestId() {
            return "test-request";
        }

        @Override
        public String getLogGroupName() {
            return "/aws/lambda/proxy";
        }

        @Override
        public String getLogStreamName() {
            return "stream";
        }

        @Override
        public String getFunctionName() {
            return "proxy";
        }

        @Override
        public String getFunctionVersion() {
            return "1";
        }

        @Override
        public String getInvokedFunctionArn() {
            return "arn:aws:lambda:eu-central-1:123456789012:function:proxy";
        }

        @Override
        public CognitoIdentity getIdentity() {
            return null;
        }

        @Override
        public ClientContext getClientContext() {
            return null;
        }

        @Override
        public int getRemainingTimeInMillis() {
            return remainingMillis;
        }

        @Override
        public int getMemoryLimitInMB() {
            return 512;
        }

        @Override
        public LambdaLogger getLogger() {
            return null;
        }
    }
}
