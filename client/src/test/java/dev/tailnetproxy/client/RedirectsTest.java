package dev.tailnetproxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A target names another server in its response; credentials and {@code ts-*} fields don't go there. */
class RedirectsTest {

    private final ScriptedFunctionUrl proxy = new ScriptedFunctionUrl();
    private final ScriptedFunctionUrl elsewhere = new ScriptedFunctionUrl();

    @AfterEach
    void stop() {
        proxy.close();
        elsewhere.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirectsAreResponses(int status) throws Exception {
        assertIsResponse(new ScriptedClient().of(proxy), status);
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Redirect.class)
    void redirectSettingsOfJdkClientAreIgnored(HttpClient.Redirect policy) throws Exception {
        assertIsResponse(new ScriptedClient().of(proxy).httpClient(jdk -> jdk.followRedirects(policy)), 302);
    }

    private void assertIsResponse(TailscaleProxyClientBuilder builder, int status) throws Exception {
        proxy.next(status, Map.of("location", elsewhere.uri() + "/steal"), "");
        try (TailscaleProxyClient client = builder.build()) {
            HttpResponse<String> response = client.get("/");

            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(response.headers().firstValue("location")).contains(elsewhere.uri() + "/steal");
        }
        assertThat(elsewhere.pendingRequests()).isZero();
        proxy.take();
        assertThat(proxy.pendingRequests()).isZero();
    }
}
