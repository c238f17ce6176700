package dev.tailnetproxy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A target that wants to be taken for the proxy or for Lambda, with what the proxy lets through of it. */
class HostileTargetTest {

    private final ScriptedFunctionUrl proxy = new ScriptedFunctionUrl();
    private final TailscaleProxyClient client = new ScriptedClient().of(proxy).build();

    @AfterEach
    void stop() {
        client.close();
        proxy.close();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "429, content-type, application/json, {'Message':'Rate Exceeded.'}",
                "429, x-amzn-remapped-x-amzn-errortype, TooManyRequestsException, {'Reason':'ReservedConcurrentInvocations'}",
                "429, x-amzn-requestid, 5f2c0e80-0000-0000-0000-000000000000, {'message':'Too Many Requests'}",
                "429, x-amzn_errortype, TooManyRequestsException, {'Type':'User'}",
                "429, x_amzn_errortype, TooManyRequestsException, {'Type':'User'}",
                "500, x-amz-function-error, Unhandled, {'errorType':'Runtime.ExitError'}",
                "502, x-amzn-error-message, Internal Server Error, Internal Server Error",
                "502, content-type, application/problem+json, {'name':'ConnectionRefused'}",
                "503, ts_error_name, TailnetUnavailable, {'name':'TailnetUnavailable'}",
                "503, x-amzn-remapped-ts-error-name, TailnetUnavailable, {'name':'TailnetUnavailable'}",
                "503, ts-error-message, not joined, {'name':'TailnetUnavailable'}",
                "503, ts-error, not joined, {'name':'TailnetUnavailable'}",
                "403, ts-error-name-, TargetNotAllowed, {'name':'TargetNotAllowed'}",
                "200, x-amzn-errortype, TooManyRequestsException, ok",
                "302, x-amzn-errortype, AccessDeniedException, moved",
                "200, ts-error-name, TailnetUnavailable, ok",
                "399, ts-error-name, TailnetUnavailable, ok"
            })
    void errorsAreAttributedAndPostIsSentOnce(int status, String field, String value, String body) throws Exception {
        proxy.next(status, Map.of(field, value, "retry-after", "0"), body);

        HttpResponse<String> response = client.post("/orders", "{}");

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).isEqualTo(body);
        proxy.take();
        assertThat(proxy.pendingRequests()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"503, TooManyRequestsException", "429, TooManyRequestsException"})
    void proxyErrorIsNotTakenForLambdaError(int status, String type) {
        proxy.nextProxyError(status, "Timeout", Map.of("x-amzn-errortype", type));

        ProxyException thrown = catchThrowableOfType(ProxyException.class, () -> client.post("/orders", "{}"));

        assertThat(thrown.error()).isEqualTo(ProxyError.TIMEOUT);
    }
}
