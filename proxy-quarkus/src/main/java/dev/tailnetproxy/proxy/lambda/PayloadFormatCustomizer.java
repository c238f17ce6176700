package dev.tailnetproxy.proxy.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;

/** Lets quarkus-amazon-lambda-http read events and write responses in our way: with bodies as bytes, not as strings. */
@Singleton
public class PayloadFormatCustomizer implements ObjectMapperCustomizer {

    @Override
    public void customize(ObjectMapper mapper) {
        mapper.registerModule(new SimpleModule("payload format 2.0")
                .addDeserializer(APIGatewayV2HTTPEvent.class, new FunctionEventDeserializer())
                .addSerializer(APIGatewayV2HTTPResponse.class, new FunctionResponseSerializer()));
    }
}
