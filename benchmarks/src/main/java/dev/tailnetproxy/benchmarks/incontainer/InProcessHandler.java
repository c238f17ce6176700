package dev.tailnetproxy.benchmarks.incontainer;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

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
        handler.handleRequest(new ByteArrayInputStream(event), response, new Invocation());
        String text = response.toString(StandardCharsets.UTF_8);
        if (!text.contains("\"statusCode\":200")) {
            throw new IOException("the function responded " + text);
        }
    }

    private static final class Invocation implements Context {

        @Override
        public String getAwsRequestId() {
            return "measured";
        }

        @Override
        public String getLogGroupName() {
            return "";
        }

        @Override
        public String getLogStreamName() {
            return "";
        }

        @Override
        public String getFunctionName() {
            return "measured";
        }

        @Override
        public String getFunctionVersion() {
            return "1";
        }

        @Override
        public String getInvokedFunctionArn() {
            return "";
        }

        @Override
        public @Nullable CognitoIdentity getIdentity() {
            return null;
        }

        @Override
        public @Nullable ClientContext getClientContext() {
            return null;
        }

        @Override
        public int getRemainingTimeInMillis() {
            return REMAINING_MILLIS;
        }

        @Override
        public int getMemoryLimitInMB() {
            return 512;
        }

        @Override
        public @Nullable LambdaLogger getLogger() {
            return null;
        }
    }
}
