package dev.tailnetproxy.client.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tailnetproxy.client.ScriptedFunctionUrl;
import dev.tailnetproxy.client.rest.OrdersClient.Order;
import dev.tailnetproxy.client.signing.FunctionUrl;
import io.quarkus.rest.client.reactive.QuarkusRestClientBuilder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.http.RequestOptions;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ContextResolver;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import org.jboss.resteasy.reactive.client.handlers.AdvancedRedirectHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** A target names another server in its response, and the REST client is told to follow. */
@QuarkusTest
@QuarkusTestResource(ScriptedProxyResource.class)
class RedirectsTest {

    @RestClient
    OrdersClient orders;

    private final ScriptedFunctionUrl elsewhere = new ScriptedFunctionUrl();
    private ScriptedFunctionUrl proxy;

    @BeforeEach
    void takeProxy() {
        proxy = ScriptedProxyResource.proxy();
    }

    @AfterEach
    void stop() {
        elsewhere.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 303, 305, 307, 308})
    void redirectsAreNotFollowed(int status) throws Exception {
        proxy.next(status, Map.of("location", elsewhere.uri() + "/steal"), "moved");

        try (Response response = orders.moved("Bearer of-the-target")) {
            assertRedirect(response, status, elsewhere.uri() + "/steal");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/other", "other?x=1", "//other.example/", "http://orders.internal:8080/other"})
    void redirectsToTargetAreNotFollowed(String location) throws Exception {
        proxy.next(302, Map.of("location", location), "moved");

        try (Response response = orders.moved("Bearer of-the-target")) {
            assertRedirect(response, 302, location);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirectsWithBodyAreNotFollowed(int status) throws Exception {
        proxy.next(status, Map.of("location", elsewhere.uri() + "/steal"), "");

        WebApplicationException thrown =
                catchThrowableOfType(WebApplicationException.class, () -> orders.place(new Order("1", 2)));

        assertThat(thrown.getResponse().getStatus()).isEqualTo(status);
        assertThat(elsewhere.pendingRequests()).isZero();
        proxy.take();
        assertThat(proxy.pendingRequests()).isZero();
    }

    @Test
    void redirectHandlerOfApplicationIsIgnored() throws Exception {
        proxy.next(302, Map.of("location", elsewhere.uri() + "/steal"), "moved");

        try (Response response = followingClient().moved("Bearer of-the-target")) {
            assertRedirect(response, 302, elsewhere.uri() + "/steal");
        }
    }

    private OrdersClient followingClient() {
        return QuarkusRestClientBuilder.newBuilder()
                .baseUri(URI.create("http://orders.internal:8080"))
                .followRedirects(true)
                .register(new Follows(), Integer.MIN_VALUE)
                .register(new TailscaleProxyFeature(
                        new FunctionUrl(proxy.uri(), "eu-central-1"),
                        Optional.empty(),
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIATEST", "test-secret"))))
                .build(OrdersClient.class);
    }

    private void assertRedirect(Response response, int status, String location) throws InterruptedException {
        assertThat(response.getStatus()).isEqualTo(status);
        assertThat(response.getHeaderString("location")).isEqualTo(location);
        assertThat(elsewhere.pendingRequests()).isZero();
        proxy.take();
        assertThat(proxy.pendingRequests()).isZero();
    }

    /** As an application may have it. */
    private static final class Follows implements ContextResolver<AdvancedRedirectHandler> {
        @Override
        public AdvancedRedirectHandler getContext(Class<?> type) {
            return context ->
                    new RequestOptions().setAbsoluteURI(context.jaxRsResponse().getHeaderString("location"));
        }
    }
}
