package dev.tailnetproxy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** AWS renames some header fields of a response; the client restores the target's names. */
class RemappedHeadersTest {

    private final ScriptedFunctionUrl proxy = new ScriptedFunctionUrl();
    private final TailscaleProxyClient client = new ScriptedClient().of(proxy).build();

    @AfterEach
    void stop() {
        client.close();
        proxy.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WWW-Authenticate",
                "www-authenticate",
                "Date",
                "server",
                "Connection",
                "authorization",
                "Content-MD5",
                "expect",
                "Host",
                "Max-Forwards",
                "Proxy-Authenticate",
                "te",
                "Trailer",
                "Upgrade",
                "User-Agent",
                "via",
                "x-of-the-target"
            })
    void restoresOriginalName(String name) throws Exception {
        proxy.next(200, Map.of("x-amzn-Remapped-" + name, "the target's"), "");

        HttpResponse<String> response = client.get("/");

        assertThat(response.headers().allValues(name)).containsExactly("the target's");
        assertThat(response.headers().map().keySet())
                .noneMatch(field -> field.toLowerCase(java.util.Locale.ROOT).startsWith("x-amzn-remapped-"));
    }

    @Test
    void replacesFieldSentByAws() throws Exception {
        proxy.next(exchange -> {
            exchange.getResponseHeaders().set("server", "AWS's");
            exchange.getResponseHeaders().set("x-amzn-remapped-server", "the target's");
            exchange.getResponseHeaders().put("X-Amzn-Remapped-Www-Authenticate", List.of("Basic", "Bearer"));
            exchange.getResponseHeaders().set("x-of-the-target", "kept");
            exchange.sendResponseHeaders(401, -1);
        });

        HttpResponse<String> response = client.get("/");

        assertThat(response.headers().allValues("server")).containsExactly("the target's");
        assertThat(response.headers().allValues("www-authenticate")).containsExactly("Basic", "Bearer");
        assertThat(response.headers().allValues("x-of-the-target")).containsExactly("kept");
    }

    @Test
    void restoresContentLengthOfHead() throws Exception {
        proxy.next(200, Map.of("x-amzn-remapped-content-length", "1234"), "");

        HttpResponse<Void> response = client.send(
                client.request("/")
                        .method("HEAD", java.net.http.HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.discarding());

        assertThat(response.headers().allValues("content-length")).containsExactly("1234");
    }

    @Test
    void handlerSeesRestoredHeaders() throws Exception {
        proxy.next(200, Map.of("x-amzn-remapped-www-authenticate", "Basic"), "body");

        HttpResponse<Optional<String>> response = client.send(
                client.request("/").build(),
                info -> BodySubscribers.replacing(info.headers().firstValue("www-authenticate")));

        assertThat(response.body()).contains("Basic");
    }

    @ParameterizedTest
    @CsvSource({
        "x-amzn-remapped-ts-error-name, ts-error-name",
        "X-Amzn-Remapped-TS-Error-Message, ts-error-message",
        "x-amzn-remapped-x-amzn-errortype, x-amzn-errortype",
        "x-amzn-remapped-x-amzn-requestid, x-amzn-requestid",
        "x-amzn-remapped-x-amzn-remapped-date, date"
    })
    void reservedNamesAreNotRestored(String renamed, String real) throws Exception {
        proxy.next(200, Map.of(renamed, "Fake", "date", "Mon, 01 Jan 2026 00:00:00 GMT"), "the target's");

        HttpResponse<String> response = client.get("/");

        assertThat(response.body()).isEqualTo("the target's");
        assertThat(response.headers().allValues(real)).doesNotContain("Fake");
        assertThat(response.headers().firstValue(renamed)).contains("Fake");
    }

    @Test
    void emptyOriginalNameIsKept() throws Exception {
        proxy.next(200, Map.of("x-amzn-remapped-", "1"), "");

        assertThat(client.get("/").headers().firstValue("x-amzn-remapped-")).contains("1");
    }

    @Test
    void proxyErrorIsStillDetected() {
        proxy.nextProxyError(403, "TargetNotAllowed", Map.of("x-amzn-remapped-ts-error-name", "Timeout"));

        ProxyException thrown = catchThrowableOfType(ProxyException.class, () -> client.get("/"));

        assertThat(thrown.error()).isEqualTo(ProxyError.TARGET_NOT_ALLOWED);
    }
}
