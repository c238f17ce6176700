package dev.tailnetproxy.proxy.support;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailnetproxy.proxy.lambda.LambdaAdapter;
import dev.tailnetproxy.proxy.lambda.PayloadFormatCustomizer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The function of a {@link TestProxy}, event in and response out. */
public final class TestFunction {

    private final LambdaAdapter adapter;
    private final ObjectMapper mapper = new ObjectMapper();

    TestFunction(LambdaAdapter adapter) {
        this.adapter = adapter;
        new PayloadFormatCustomizer().customize(mapper);
    }

    /**
     * Hands the event over as Lambda does.
     *
     * @throws IOException when the event is no JSON
     */
    public FunctionResponse invoke(String event, int remainingMillis) throws IOException {
        APIGatewayV2HTTPEvent read = mapper.readValue(
                new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)), APIGatewayV2HTTPEvent.class);
        return new FunctionResponse(
                new JsonObject(mapper.writeValueAsString(adapter.handle(read, new TestInvocation(remainingMillis)))));
    }
}
