package dev.tailnetproxy.proxy.headers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.AssertionsForClassTypes.assertThatExceptionOfType;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Headers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the Function URL says of its caller is passed on where the operator wants it, and the call's signature never. */
class RequestHeaderMapperTest {

    @ParameterizedTest
    @CsvSource({
        "Content_Length, false",
        "content_length, false",
        "X_Forwarded_For, false",
        "x.forwarded.for, false",
        "transfer~encoding, false",
        "x-under_score, false",
        "x-hyphen, true",
        "X1, true",
    })
    void underscoreNamesFollowSetting(String name, boolean plain) {
        Headers headers = Headers.of(name, "1", "host", "proxy");

        assertThat(new RequestHeaderMapper(false).forTarget(headers, "target").contains(name))
                .isTrue();
        assertThat(new RequestHeaderMapper(false, UnderscoreHeaders.DROP)
                        .forTarget(headers, "target")
                        .contains(name))
                .isEqualTo(plain);
        assertThatCode(() -> new RequestHeaderMapper(false, UnderscoreHeaders.DROP).check(headers))
                .doesNotThrowAnyException();
        RequestHeaderMapper refusing = new RequestHeaderMapper(false, UnderscoreHeaders.REFUSE);
        if (plain) {
            assertThatCode(() -> refusing.check(headers)).doesNotThrowAnyException();
        } else {
            ProxyFailure refused = assertThatExceptionOfType(ProxyFailure.class)
                    .isThrownBy(() -> refusing.check(headers))
                    .actual();
            assertThat(refused.name()).isEqualTo(ErrorName.INVALID_HEADER);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ts_error_name, false",
        "TS_ERROR, false",
        "ts-error_message, false",
        "ts.anything, false",
        "x_amzn_errortype, false",
        "x-amzn_ErrorType, false",
        "tsx_error, true",
        "content_type, true",
        "ts-cache, false",
    })
    void reservedResponseNamesAreRemovedInAnyNotation(String name, boolean passes) {
        assertThat(ResponseHeaderMapper.forClient(Headers.of(name, "1")).contains(name))
                .isEqualTo(passes);
    }

    @ParameterizedTest
    @CsvSource({
        "x-forwarded-for, false, true",
        "X-Forwarded-Proto, false, true",
        "x-forwarded-port, false, true",
        "x-amzn-trace-id, false, true",
        "X-Amzn-Anything, false, true",
        "x-forwarded-host, true, true",
        "forwarded, true, true",
        "via, true, true",
        "x-amz-meta-a, true, true",
        "authorization, false, false",
        "x-amz-security-token, false, false",
        "x-amz-date, false, false",
        "x-amz-content-sha256, false, false",
        "ts-target-ip, false, false",
        "ts-anything, false, false",
        "connection, false, false",
        "transfer-encoding, false, false",
        "content-length, false, false",
    })
    void passes(String name, boolean byDefault, boolean whenForwardedHeadersPass) {
        Headers headers = Headers.of(name, "1");

        assertThat(new RequestHeaderMapper(false).forTarget(headers, "target").contains(name))
                .isEqualTo(byDefault);
        assertThat(new RequestHeaderMapper(true).forTarget(headers, "target").contains(name))
                .isEqualTo(whenForwardedHeadersPass);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "none, none, none",
                "a=1; b=2, none, a=1; b=2",
                "a=1, b=2; c=3, a=1; b=2; c=3",
                "'', a=1, a=1",
                "a=1, ' ', a=1",
                "'', '', none"
            })
    void cookiesAreJoined(String first, String second, String expected) {
        Headers headers = Headers.of("x-a", "1");
        headers = first == null ? headers : headers.with("Cookie", first);
        headers = second == null ? headers : headers.with("cookie", second);

        assertThat(new RequestHeaderMapper(false).forTarget(headers, "target").all("cookie"))
                .isEqualTo(expected == null ? List.of() : List.of(expected));
    }

    @Test
    void cookiesNamedByConnectionAreRemoved() {
        Headers headers = Headers.of("connection", "Cookie", "cookie", "a=1");

        assertThat(new RequestHeaderMapper(false).forTarget(headers, "target").contains("cookie"))
                .isFalse();
    }
}
