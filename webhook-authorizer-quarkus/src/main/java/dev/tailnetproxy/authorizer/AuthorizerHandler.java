package dev.tailnetproxy.authorizer;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The function. It receives bytes, so that an event that does not fit any class is denied and not an error. */
@Named("webhook-authorizer")
@Singleton
public final class AuthorizerHandler implements RequestStreamHandler {

    private final SourcePolicy policy;
    private final AuthorizerEventReader reader;
    private final DecisionWriter writer;

    @Inject
    AuthorizerHandler(SourcePolicy policy, AuthorizerEventReader reader, DecisionWriter writer) {
        this.policy = policy;
        this.reader = reader;
        this.writer = writer;
    }

    @Override
    public void handleRequest(InputStream input, OutputStream response, Context invocation) throws IOException {
        AuthorizerEvent event = reader.read(input);
        Decision decision = policy.decide(event);
        DecisionLog.write(event, decision);
        writer.write(event, decision, response);
    }
}
