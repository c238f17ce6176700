package dev.tailnetproxy.proxy.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.proxy.support.FunctionInvoker;
import dev.tailnetproxy.proxy.support.FunctionResponse;
import dev.tailnetproxy.proxy.support.TestTailnet;
import dev.tailnetproxy.testkit.FunctionEventBuilder;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that the whole function refuses or cannot forward: an error response, and nothing dialled that may not be. */
@QuarkusTest
@WithTestResource(TestTailnet.class)
class FunctionErrorsTest {

    private final TestTailnet tailnet = TestTailnet.current();

    @BeforeEach
    void quiet() {
        tailnet.target().reset();
        tailnet.socks().clearDials();
    }

    private static FunctionEventBuilder get(String target) {
        return FunctionEventBuilder.get(target).target(TestTailnet.PEER, 80);
    }

    @Test
    void headErrorResponseHasNoBody() {
        FunctionResponse get = FunctionInvoker.invoke(get("/").target("127.0.0.1", 80));
        FunctionResponse headerSection =
                FunctionInvoker.invoke(FunctionEventBuilder.request("HEAD", "/").target("127.0.0.1", 80));

        assertError(headerSection, 403, "TargetNotAllowed");
        assertThat(headerSection.body().length).isZero();
        assertThat(headerSection.header("content-length")).isEqualTo(get.header("content-length"));
        assertThat(headerSection.header("content-length")).isEqualTo(Integer.toString(get.body().length));
    }

    @Test
    void loopbackIsRejected() {
        FunctionResponse response =
                FunctionInvoker.invoke(FunctionEventBuilder.get("/").target("127.0.0.1", 9001));

        assertError(response, 403, "TargetNotAllowed");
        assertThat(tailnet.socks().dials()).isEmpty();
    }

    @Test
    void missingTargetIsRejected() {
        FunctionResponse response = FunctionInvoker.invoke(FunctionEventBuilder.get("/"));

        assertError(response, 400, "MissingTarget");
        assertThat(response.header("ts-error")).isEqualTo(response.header("ts-error-message"));
    }

    @Test
    void refusedPortIsConnectionRefused() {
        assertError(
                FunctionInvoker.invoke(
                        FunctionEventBuilder.get("/").target(TestTailnet.PEER, TestTailnet.REFUSED_PORT)),
                502,
                "ConnectionRefused");
    }

    @Test
    void functionDeadlineAppliesBeforeClientTimeout() {
        tailnet.target().responds((request, out) -> true);

        assertError(
                FunctionInvoker.invoke(
                        get("/").header("ts-timeout-ms", "999999999").json(), 700),
                504,
                "Timeout");
    }

    @Test
    void nonHttpEventIsBadRequest() {
        assertError(FunctionInvoker.invoke("{\"warm\":true}"), 400, "InvalidHeader");
        assertError(
                FunctionInvoker.invoke(get("/").member("body", "a\nb").member("isBase64Encoded", true)),
                400,
                "InvalidHeader");
        assertError(FunctionInvoker.invoke(get("/a b")), 400, "InvalidTarget");
        assertError(FunctionInvoker.invoke(get("/").header("x-a", "1\r\nx-b: 2")), 400, "InvalidHeader");
        assertThat(tailnet.socks().dials()).isEmpty();
    }

    private static void assertError(FunctionResponse response, int status, String name) {
        assertThat(response.header("ts-error-name")).isEqualTo(name);
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.header("content-type")).isEqualTo("application/problem+json");
        assertThat(response.header("ts-error-message")).isNotEmpty();
    }
}
