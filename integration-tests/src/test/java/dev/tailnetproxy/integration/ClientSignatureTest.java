package dev.tailnetproxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailnetproxy.client.FunctionUrlException;
import dev.tailnetproxy.client.RetryPolicy;
import dev.tailnetproxy.client.TailscaleProxyClient;
import dev.tailnetproxy.localstack.functionurl.AccessKey;
import dev.tailnetproxy.localstack.functionurl.FunctionInvoker;
import dev.tailnetproxy.localstack.functionurl.FunctionUrl;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** What the client signs is what the Function URL computes, whatever the request looks like; no tailnet is needed. */
class ClientSignatureTest {

    private static final AccessKey KEY = new AccessKey("AKIALOCAL", "local-secret");
    private static final String REGION = "eu-central-1";

    private final BlockingQueue<JsonObject> events = new LinkedBlockingQueue<>();

    @AutoClose
    private final FunctionUrl url = FunctionUrl.open(0, REGION, KEY, event -> {
        events.add(new JsonObject(new String(event, StandardCharsets.UTF_8)));
        return new FunctionInvoker.InvocationResult.Returned("{\"statusCode\":200}");
    });

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "//",
                "//a//b//",
                "/a/./b/../c/",
                "/../a",
                "/..",
                "/.",
                "/a/..",
                "/a%2Fb%2f/%C3%A4;v=1,2/~-_.!$&'()*+=:@",
                "/100%25/%252F",
                "/?",
                "/?a=1&a=2&b=%2B+%20&a=0",
                "/?b=2&a=1&B=3&%61=4",
                "/?flag&flag=&=&&x==y=",
                "/?q=a/b?c:@!$'()*,;~",
                "/?%C3%A4=%e2%82%ac&p=100%25",
                "/?trailing=&"
            })
    void signatureCoversPathAndQueryAsSent(String path) throws Exception {
        try (TailscaleProxyClient client = clientWith(AwsBasicCredentials.create(KEY.id(), KEY.secret()))) {
            assertThat(client.get(path).statusCode()).isEqualTo(200);
        }
        JsonObject event = events.take();
        String query = event.getString("rawQueryString");
        assertThat(event.getString("rawPath") + (query.isEmpty() ? "" : "?" + query))
                .isEqualTo(path.equals("/?") ? "/" : path);
    }

    @ParameterizedTest
    @MethodSource("dev.tailnetproxy.integration.RequestTargets#rows")
    void sendsWhatItSignsOrRejects(RequestTargets.Row row) throws Exception {
        try (TailscaleProxyClient client = clientWith(AwsBasicCredentials.create(KEY.id(), KEY.secret()))) {
            assertThat(client.get(row.target()).statusCode()).isEqualTo(200);
        } catch (IllegalArgumentException refusal) {
            assertThat(row.mayBeRefusedBy()).as(refusal.getMessage()).contains("java");
            assertThat(events).isEmpty();
            return;
        }
        JsonObject event = events.take();
        String query = event.getString("rawQueryString");
        assertThat(event.getString("rawPath") + (query.isEmpty() ? "" : "?" + query))
                .isEqualTo(row.arrives());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
    void signsEveryMethodWithBodyAndHeaders(String method) throws Exception {
        try (TailscaleProxyClient client = clientWith(AwsBasicCredentials.create(KEY.id(), KEY.secret()))) {
            HttpResponse<String> response = client.send(client.request("/x?y=1")
                    .header("Authorization", "Bearer of-the-target")
                    .header("x-amz-target", "  Service.Action  of   the target ")
                    .header("x-amz-meta", "one")
                    .header("x-amz-meta", "two, three")
                    .header("x-amz-date", "the target's")
                    .header("content-type", "text/plain;  charset=utf-8")
                    .header("user-agent", "caller/1")
                    .method(method, BodyPublishers.ofString("größer"))
                    .build());

            assertThat(response.statusCode()).isEqualTo(200);
        }
        assertThat(events.take().getJsonObject("headers").getMap())
                .containsEntry("ts-authorization", "Bearer of-the-target")
                .containsEntry("ts-x-amz-date", "the target's")
                .containsKey("x-amz-content-sha256");
    }

    @Test
    void sendsTheTokenOfTemporaryCredentials() throws Exception {
        AwsCredentials temporary = AwsSessionCredentials.create(KEY.id(), KEY.secret(), "a-session-token");
        try (TailscaleProxyClient client = clientWith(temporary)) {
            client.get("/");
        }
        assertThat(events.take().getJsonObject("headers").getString("x-amz-security-token"))
                .isEqualTo("a-session-token");
    }

    @Test
    void reportsInvalidKey() {
        try (TailscaleProxyClient client = clientWith(AwsBasicCredentials.create(KEY.id(), "guessed"))) {
            assertThatExceptionOfType(FunctionUrlException.class)
                    .isThrownBy(() -> client.get("/"))
                    .withMessageContaining("InvalidSignatureException")
                    .withMessageContaining("credentials");
        }
        assertThat(events).isEmpty();
    }

    @Test
    void reportsEscapedTextTooLarge() {
        try (TailscaleProxyClient client = clientWith(AwsBasicCredentials.create(KEY.id(), KEY.secret()))) {
            assertThatExceptionOfType(FunctionUrlException.class)
                    .isThrownBy(() -> client.post("/", "\"".repeat(4 << 20)))
                    .satisfies(thrown -> assertThat(thrown.status()).isEqualTo(413));
        }
        assertThat(events).isEmpty();
    }

    private TailscaleProxyClient clientWith(AwsCredentials credentials) {
        return TailscaleProxyClient.builder()
                .url(url.address())
                .region(REGION)
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .retryPolicy(RetryPolicy.never())
                .target("100.64.0.1", 8080)
                .build();
    }
}
