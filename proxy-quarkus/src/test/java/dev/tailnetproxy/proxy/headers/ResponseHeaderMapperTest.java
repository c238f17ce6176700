package dev.tailnetproxy.proxy.headers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.Headers;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseHeaderMapperTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ts-error-name",
                "TS-Error-Name",
                "ts-error-message",
                "ts-error",
                "ts-anything",
                "ts-",
                "x-amzn-errortype",
                "X-Amzn-ErrorType",
                "x-amzn-error-message",
                "x-amzn-requestid",
                "x-amzn-RequestId",
                "x-amzn-trace-id",
                "x-amzn-remapped-date",
                "x-amzn-Remapped-x-amzn-errortype",
                "x-amzn-remapped-ts-error-name",
                "x-amz-function-error",
                "X-Amz-Function-Error",
                "x-amz-executed-version",
                "x-amz-log-result",
                "lambda-runtime-function-error-type",
                "Lambda-Runtime-Function-Response-Mode"
            })
    void removesReservedFields(String name) {
        Headers passed = ResponseHeaderMapper.forClient(
                Headers.of(List.of(new HeaderField(name, "TooManyRequestsException"), new HeaderField("x-a", "1"))));

        assertThat(passed.stream().toList()).isEqualTo(List.of(new HeaderField("x-a", "1")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-amz-request-id",
                "x-amz-id-2",
                "x-amz-meta-function-error",
                "x-amz-crc32",
                "x-ts-error-name",
                "tsx",
                "ts",
                "x-amznot",
                "retry-after",
                "content-type"
            })
    void keepsOrdinaryFields(String name) {
        HeaderField field = new HeaderField(name, "1");

        assertThat(ResponseHeaderMapper.forClient(Headers.of(List.of(field))).stream()
                        .toList())
                .isEqualTo(List.of(field));
    }
}
