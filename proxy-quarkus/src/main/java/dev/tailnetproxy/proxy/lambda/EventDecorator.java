package dev.tailnetproxy.proxy.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import jakarta.annotation.Priority;
import jakarta.decorator.Decorator;
import jakarta.decorator.Delegate;
import jakarta.enterprise.inject.Any;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;

/**
 * Takes each event from quarkus-amazon-lambda-http before the extension turns it into a request on a virtual HTTP
 * connection, and gives the response back in its stead.
 *
 * <p>That detour is made for applications with routes. A proxy loses on it: header values are cut at commas, a
 * {@code Transfer-Encoding} is added, a path that is not clean or a body that is not base64 becomes an unexplained 500,
 * interim responses end the exchange, bodies are taken for UTF-8 text by their type, and large ones are copied byte by
 * byte. Everything else of the extension stays in use: reading and writing events, the poll loop of the native
 * executable, the function's packaging. A decorator is the way that it leaves open for this.
 */
@Decorator
@Priority(Interceptor.Priority.APPLICATION)
public class EventDecorator implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {

    private final LambdaAdapter adapter;

    @Inject
    @SuppressWarnings("UnusedVariable") // A decorator has to name what it decorates, also when it replaces it.
    public EventDecorator(
            @Delegate @Any RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> delegate,
            LambdaAdapter adapter) {
        this.adapter = adapter;
    }

    @Override
    public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
        return adapter.handle(event, context);
    }
}
