package dev.tailnetproxy.client.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tailnetproxy.client.FunctionUrlException;
import dev.tailnetproxy.client.ProxyException;
import dev.tailnetproxy.client.ScriptedFunctionUrl;
import dev.tailnetproxy.client.ScriptedFunctionUrl.ReceivedRequest;
import dev.tailnetproxy.client.rest.OrdersClient.Order;
import dev.tailnetproxy.client.signing.SignatureCheck;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MultivaluedMap;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A REST client interface whose way leads through the proxy by what stands in application.properties. */
@QuarkusTest
@QuarkusTestResource(ScriptedProxyResource.class)
class QuarkusRestClientTest {

    private static final Map<String, String> JSON = Map.of("content-type", "application/json");

    @RestClient
    OrdersClient orders;

    @RestClient
    UnderscoreClient underscore;

    private ScriptedFunctionUrl proxy;

    @BeforeEach
    void takeProxy() {
        proxy = ScriptedProxyResource.proxy();
    }

    @Test
    void signsRequestWithoutBody() throws Exception {
        proxy.next(200, JSON, "{\"id\":\"a/b\",\"amount\":2}");

        assertThat(orders.find("a/b", "x y+z", "Bearer of-the-target")).isEqualTo(new Order("a/b", 2));

        ReceivedRequest receivedRequest = proxy.take();
        assertThat(receivedRequest.target()).isEqualTo("/orders/a%2Fb?fields=x+y%2Bz");
        assertThat(receivedRequest.header("ts-target-ip")).isEqualTo("orders.internal");
        assertThat(receivedRequest.header("ts-target-port")).isEqualTo("8080");
        assertThat(receivedRequest.header("ts-https")).isEqualTo("false");
        assertThat(receivedRequest.header("ts-host")).isEqualTo("orders.internal:8080");
        assertThat(receivedRequest.header("ts-authorization")).isEqualTo("Bearer of-the-target");
        assertThat(receivedRequest.header("host")).isEqualTo(proxy.uri().getAuthority());
        assertThat(receivedRequest.header("ts-metric-service")).isEqualTo("orders");
        assertThat(SignatureCheck.isSigned(receivedRequest)).isTrue();
    }

    @Test
    void acceptsHostThatJavaUriRejects() throws Exception {
        underscore.ping();

        ReceivedRequest receivedRequest = proxy.take();
        assertThat(receivedRequest.target()).isEqualTo("/ping");
        assertThat(receivedRequest.header("ts-target-ip")).isEqualTo("my_host");
        assertThat(receivedRequest.header("ts-target-port")).isEqualTo("8080");
        assertThat(receivedRequest.header("ts-https")).isEqualTo("false");
        assertThat(receivedRequest.header("ts-host")).isEqualTo("my_host:8080");
        assertThat(SignatureCheck.isSigned(receivedRequest)).isTrue();
    }

    @Test
    void signsNonAsciiPathAndQuery() throws Exception {
        proxy.next(200, JSON, "{\"id\":\"1\",\"amount\":2}");

        orders.find("größe \ud83d\ude00", "a\u0308+/?", null);

        ReceivedRequest receivedRequest = proxy.take();
        assertThat(receivedRequest.target())
                .isEqualTo("/orders/gr%C3%B6%C3%9Fe%20%F0%9F%98%80?fields=a%CC%88%2B%2F%3F");
        assertThat(SignatureCheck.isSigned(receivedRequest)).isTrue();
    }

    @Test
    void signsSerializedBody() throws Exception {
        proxy.next(200, JSON, "{\"id\":\"1\",\"amount\":2}");

        orders.place(new Order("größer", 2));

        ReceivedRequest receivedRequest = proxy.take();
        assertThat(receivedRequest.header("content-type")).startsWith("application/json");
        assertThat(new String(receivedRequest.body().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                .isEqualTo("{\"id\":\"größer\",\"amount\":2}");
        assertThat(SignatureCheck.isSigned(receivedRequest)).isTrue();
    }

    @Test
    void signsStreamsAndEmptyPosts() throws Exception {
        proxy.next(200, JSON, "{\"id\":\"1\",\"amount\":2}").next(204, Map.of(), "");

        orders.upload(new ByteArrayInputStream("streamed".getBytes(StandardCharsets.UTF_8)));
        orders.confirm();

        ReceivedRequest streamed = proxy.take();
        assertThat(streamed.body()).isEqualTo("streamed");
        assertThat(SignatureCheck.isSigned(streamed)).isTrue();
        assertThat(SignatureCheck.isSigned(proxy.take())).isTrue();
    }

    @Test
    void rejectsUnserializableBody() {
        Throwable thrown = catchThrowable(() -> orders.uploadFile(new File("pom.xml")));

        assertThat(thrown).hasStackTraceContaining("can't be signed before it is sent");
        assertThat(proxy.pendingRequests()).isZero();
    }

    @Test
    void restoresOriginalHeaderNames() throws Exception {
        proxy.next(
                401,
                Map.of(
                        "server", "AWS's",
                        "x-amzn-remapped-server", "the target's",
                        "x-amzn-Remapped-WWW-Authenticate", "Basic",
                        "x-amzn-remapped-ts-error-name", "Fake"),
                "");

        WebApplicationException thrown = catchThrowableOfType(WebApplicationException.class, () -> orders.confirm());
        proxy.take();

        MultivaluedMap<String, String> headers = thrown.getResponse().getStringHeaders();
        assertThat(headers.get("WWW-Authenticate")).containsExactly("Basic");
        assertThat(headers.get("Server")).containsExactly("the target's");
        assertThat(headers.keySet())
                .noneMatch("ts-error-name"::equalsIgnoreCase)
                .noneMatch("x-amzn-remapped-server"::equalsIgnoreCase);
    }

    @Test
    void throwsProxyAndLambdaErrorsOnly() throws Exception {
        proxy.nextProxyError(403, "TargetNotAllowed", Map.of())
                .next(403, Map.of("x-amzn-errortype", "AccessDeniedException"), "{\"Message\":\"Forbidden\"}")
                .next(403, Map.of(), "the target's");

        assertThat(catchThrowable(() -> orders.confirm())).hasRootCauseInstanceOf(ProxyException.class);
        assertThat(catchThrowable(() -> orders.confirm())).hasRootCauseInstanceOf(FunctionUrlException.class);
        assertThatExceptionOfType(WebApplicationException.class)
                .isThrownBy(() -> orders.confirm())
                .satisfies(
                        thrown -> assertThat(thrown.getResponse().getStatus()).isEqualTo(403));
        for (int request = 0; request < 3; request++) {
            proxy.take();
        }
    }
}
