package dev.tailnetproxy.proxy.lambda;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.quarkus.amazon.lambda.runtime.AmazonLambdaRecorder;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/**
 * Connects the function to quarkus-amazon-lambda-http: the extension hands over each event as bytes and takes the response
 * as bytes.
 *
 * <p>Without this class the extension turns an event into a request on a virtual HTTP connection, which is made for
 * applications with routes. A proxy loses on it: header values are cut at commas, a {@code Transfer-Encoding} is added, a
 * path that is not clean or a body that is not base64 becomes an unexplained 500, interim responses end the exchange,
 * bodies are taken for UTF-8 text by their type, and large ones are copied byte by byte. The extension's packaging, poll
 * loop and handler class stay in use.
 */
@Singleton
class QuarkusLambdaHost {

    private final FunctionHandler function;

    @Inject
    QuarkusLambdaHost(FunctionHandler function) {
        this.function = function;
    }

    /** A bean, but no class: the extension's build step accepts no handler class beside its own. */
    @Produces
    @Singleton
    @Unremovable
    RequestStreamHandler handler() {
        return function::handle;
    }

    /** Tells the extension of the bean. Its handler class and its poll loop ask at each invocation, after the start. */
    void start(@Observes StartupEvent event) {
        new AmazonLambdaRecorder(null).setStreamHandlerClass(RequestStreamHandler.class);
    }
}
