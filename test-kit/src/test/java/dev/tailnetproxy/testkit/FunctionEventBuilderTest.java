package dev.tailnetproxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FunctionEventBuilderTest {

    @Test
    void bodyIsWrittenWithItsLength() {
        assertThat(FunctionEventBuilder.request("PUT", "/a?b=\"c\"")
                        .text("\u00e9")
                        .json())
                .contains("\"rawPath\":\"/a\"", "\"rawQueryString\":\"b=\\\"c\\\"\"", "\"method\":\"PUT\"")
                .contains("\"body\":\"\u00e9\"", "\"content-length\":\"2\"", "\"isBase64Encoded\":false");
        assertThat(FunctionEventBuilder.get("/").bytes(new byte[] {1, 2}).json())
                .contains("\"body\":\"AQI=\"", "\"content-length\":\"2\"", "\"isBase64Encoded\":true");
    }

    @Test
    void rowNamesOnlyWhatDiffers() {
        assertThat(FunctionEventBuilder.ofRow(Map.of(), "100.64.0.2").json())
                .isEqualTo(
                        FunctionEventBuilder.get("/").target("100.64.0.2", 80).json());
        assertThat(FunctionEventBuilder.ofRow(
                                Map.of(
                                        "path", "/p",
                                        "target", Arrays.asList(null, "81"),
                                        "cookies", List.of("a=1"),
                                        "headers", Map.of("x-a", "b")),
                                "100.64.0.2")
                        .json())
                .isEqualTo(FunctionEventBuilder.get("/p")
                        .header("ts-target-port", "81")
                        .header("x-a", "b")
                        .cookie("a=1")
                        .json());
    }

    @Test
    void memberReplacesTheOneThatTheBuilderWrites() {
        assertThat(FunctionEventBuilder.get("/")
                        .member("headers", 1)
                        .member("requestContext", null)
                        .json())
                .isEqualTo("{\"version\":\"2.0\",\"routeKey\":\"$default\",\"rawPath\":\"/\",\"rawQueryString\":\"\","
                        + "\"isBase64Encoded\":false,\"requestContext\":null,\"headers\":1}");
    }

    @Test
    void jsonEscapesWhatItMust() {
        assertThat(Json.write(Arrays.asList("a\"\\\n\u0001", true, null, 1, Map.of("k", List.of()))))
                .isEqualTo("[\"a\\\"\\\\\\u000a\\u0001\",true,null,1,{\"k\":[]}]");
        assertThatThrownBy(() -> Json.write(new Object())).isInstanceOf(IllegalArgumentException.class);
    }
}
