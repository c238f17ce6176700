package dev.tailnetproxy.localstack.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.localstack.gateway.GatewayResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiResponsesTest {

    @Test
    void structuredResultIsTheResponse() {
        GatewayResponse response =
                ApiResponses.ofResult("{\"statusCode\":201,\"headers\":{\"content-type\":\"image/png\","
                        + "\"x-a\":\"1\"},\"cookies\":[\"a=1\",\"b=2\"],\"body\":\"//4=\",\"isBase64Encoded\":true}");

        assertThat(response.status()).isEqualTo(201);
        assertThat(response.body().getBytes()).containsExactly(0xFF, 0xFE);
        assertThat(response.fields())
                .containsExactly(
                        Map.entry("content-type", "image/png"),
                        Map.entry("x-a", "1"),
                        Map.entry("set-cookie", "a=1"),
                        Map.entry("set-cookie", "b=2"));
    }

    @Test
    void resultWithoutTypeIsText() {
        GatewayResponse response = ApiResponses.ofResult("{\"statusCode\":200,\"body\":\"hi\"}");

        assertThat(response.fields()).containsExactly(Map.entry("content-type", "text/plain;charset=UTF-8"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "\"Hello from Lambda!\"|Hello from Lambda!",
                "{\"message\":\"Hello from Lambda!\"}|{\"message\":\"Hello from Lambda!\"}",
                "[1,2]|[1,2]",
                "null|null"
            })
    void resultWithoutStatusIsInferred(String result, String body) {
        GatewayResponse response = ApiResponses.ofResult(result);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.fields()).containsExactly(Map.entry("content-type", "application/json"));
        assertThat(response.body()).hasToString(body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not JSON",
                "{\"statusCode\":\"many\"}",
                "{\"statusCode\":null}",
                "{\"statusCode\":200,\"headers\":[]}",
                "{\"statusCode\":200,\"body\":\"?\",\"isBase64Encoded\":true}"
            })
    void malformedResultIsAnInternalError(String result) {
        GatewayResponse response = ApiResponses.ofResult(result);

        assertThat(response.status()).isEqualTo(500);
        assertThat(response.body()).hasToString("{\"message\":\"Internal Server Error\"}");
    }
}
