package dev.tailnetproxy.authorizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tailnetproxy.function.address.IpAddress;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Writes the simple response of payload format 2.0. The gateway offers its context to the access log, and hands it to the
 * integration; the sender of the request receives nothing of it.
 */
@Singleton
final class DecisionWriter {

    private final JsonFactory json = new JsonFactory();

    void write(AuthorizerEvent event, Decision decision, OutputStream response) throws IOException {
        try (JsonGenerator out = json.createGenerator(response)) {
            out.writeStartObject();
            out.writeBooleanField("isAuthorized", decision.isAllowed());
            out.writeObjectFieldStart("context");
            out.writeStringField("reason", decision.reason().word());
            Optional<IpAddress> source = event.sourceAddress();
            if (source.isPresent()) {
                out.writeStringField("sourceAddress", source.get().toString());
            }
            out.writeEndObject();
            out.writeEndObject();
        }
    }
}
