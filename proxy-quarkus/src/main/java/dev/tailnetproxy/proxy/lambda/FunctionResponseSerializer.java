package dev.tailnetproxy.proxy.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.tailnetproxy.proxy.http.Body;
import java.io.IOException;
import java.util.Map;

/** Writes a response in payload format 2.0, its body piece by piece. */
final class FunctionResponseSerializer extends StdSerializer<APIGatewayV2HTTPResponse> {

    private static final long serialVersionUID = 1L;

    FunctionResponseSerializer() {
        super(APIGatewayV2HTTPResponse.class);
    }

    @Override
    public void serialize(APIGatewayV2HTTPResponse response, JsonGenerator json, SerializerProvider provider)
            throws IOException {
        BufferedFunctionResponse buffered = (BufferedFunctionResponse) response;
        json.writeStartObject();
        json.writeNumberField("statusCode", buffered.getStatusCode());
        json.writeObjectFieldStart("headers");
        for (Map.Entry<String, String> header : buffered.getHeaders().entrySet()) {
            json.writeStringField(header.getKey(), header.getValue());
        }
        json.writeEndObject();
        if (!buffered.getCookies().isEmpty()) {
            json.writeFieldName("cookies");
            json.writeArray(
                    buffered.getCookies().toArray(String[]::new),
                    0,
                    buffered.getCookies().size());
        }
        if (buffered.content() instanceof Body.Bytes bytes) {
            // As text the body would be decoded as UTF-8 somewhere on its way, and compressed bytes would not survive.
            json.writeBooleanField("isBase64Encoded", true);
            json.writeFieldName("body");
            json.writeBinary(
                    Base64Variants.MIME_NO_LINEFEEDS,
                    bytes.stream(),
                    bytes.buffer().length());
        }
        json.writeEndObject();
    }
}
