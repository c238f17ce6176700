package dev.tailnetproxy.benchmarks.incontainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NoOpFunctionTest {

    @ParameterizedTest
    @EnumSource
    void respondsAsManyBytesAsTarget(FunctionPayload payload) throws IOException {
        ByteArrayInputStream event = new ByteArrayInputStream(payload.event());
        ByteArrayOutputStream response = new ByteArrayOutputStream();

        new NoOpFunction().handleRequest(event, response);

        assertThat(event.available()).isZero();
        assertThat(NoOpFunction.isOk(response.toString(StandardCharsets.US_ASCII)))
                .isTrue();
        assertThat(response.toString(StandardCharsets.US_ASCII))
                .endsWith(Base64.getEncoder().encodeToString(payload.responseBody()) + "\"}");
    }
}
