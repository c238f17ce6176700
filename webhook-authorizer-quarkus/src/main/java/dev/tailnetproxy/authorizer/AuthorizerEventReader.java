package dev.tailnetproxy.authorizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;

/** Reads events. */
@Singleton
final class AuthorizerEventReader {

    private final ObjectMapper json;

    AuthorizerEventReader() {
        // A member that is there twice, or a second value, could be read differently by somebody else.
        JsonFactory factory = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        this.json = JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    /** The event; what is not JSON is an unexpected event like others, so that its decision has a log line, too. */
    AuthorizerEvent read(InputStream event) {
        try {
            return new AuthorizerEvent(json.readTree(event));
        } catch (IOException notJson) {
            return new AuthorizerEvent(MissingNode.getInstance());
        }
    }
}
