package dev.tailnetproxy.localstack.functionurl;

import dev.tailnetproxy.contract.HeaderNames;
import dev.tailnetproxy.localstack.gateway.GatewayRequest;
import dev.tailnetproxy.localstack.gateway.GatewayResponse;
import dev.tailnetproxy.localstack.gateway.GatewayServer;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A Lambda Function URL with {@code AWS_IAM} on this machine: checks the signature, turns the request into an event,
 * invokes the function and turns its result into the response.
 */
public final class FunctionUrl implements AutoCloseable {

    /** Lambda's limit for a synchronous invocation: 6 MB and the little that AWS allows on top. */
    public static final int MAX_EVENT_BYTES = 6_291_556;

    private static final System.Logger LOG = System.getLogger(FunctionUrl.class.getName());

    private final SignatureVerifier verifier;
    private final PayloadFormat format;
    private final FunctionInvoker function;
    private final GatewayServer server;

    private FunctionUrl(int port, String region, AccessKey key, FunctionInvoker function, Clock clock) {
        this.verifier = new SignatureVerifier(key, region, clock);
        this.format = new PayloadFormat("local.lambda-url." + region + ".on.aws", key, clock);
        this.function = function;
        this.server = GatewayServer.open("127.0.0.1", port, clock, internalFailure(), this::response);
    }

    /**
     * Opens the URL.
     *
     * @param port the port on loopback; 0 takes a free one
     * @param region the region that signatures must name
     * @param key the key that signatures must be made with
     * @param function the function to invoke
     * @return the open URL
     * @throws IllegalStateException when the port can't be bound
     */
    public static FunctionUrl open(int port, String region, AccessKey key, FunctionInvoker function) {
        return new FunctionUrl(port, region, key, function, Clock.systemUTC());
    }

    /** Where it listens. */
    public URI address() {
        return server.address();
    }

    private GatewayResponse response(GatewayRequest call) throws IOException, InterruptedException {
        Optional<SignatureVerifier.SignatureError> error = verifier.verify(call);
        if (error.isPresent()) {
            return awsError(403, error.get().errorType(), error.get().message());
        }
        byte[] event = format.event(call, UUID.randomUUID().toString());
        if (event.length > MAX_EVENT_BYTES) {
            return awsError(413, "RequestEntityTooLargeException", "Request must be smaller than 6291456 bytes");
        }
        FunctionInvoker.InvocationResult outcome = function.invoke(event);
        if (outcome instanceof FunctionInvoker.InvocationResult.Returned returned) {
            return format.response(returned.json());
        }
        return invocationFailed(((FunctionInvoker.InvocationResult.Failed) outcome).reason());
    }

    /** AWS does not tell the client the reason; it is in the log. */
    private static GatewayResponse invocationFailed(String reason) {
        LOG.log(System.Logger.Level.WARNING, "the function did not respond: {0}", reason);
        return internalFailure();
    }

    private static GatewayResponse internalFailure() {
        return awsError(502, "InternalFailure", "Internal Server Error");
    }

    /** A response that AWS itself would give, before or after the function. */
    private static GatewayResponse awsError(int status, String errorType, String message) {
        String json = "{\"Message\":\"" + message + "\"}";
        return new GatewayResponse(
                status,
                List.of(
                        Map.entry("content-type", "application/json"),
                        Map.entry(HeaderNames.AWS_ERROR_TYPE, errorType)),
                Buffer.buffer(json));
    }

    @Override
    public void close() {
        server.close();
    }
}
