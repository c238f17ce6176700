package dev.tailnetproxy.proxy.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.HeaderField;
import dev.tailnetproxy.proxy.http.ProxyResponse;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An error tells a sender a status and nothing of what is behind the proxy. */
class SenderErrorResponsesTest {

    private static final Set<String> FIELDS =
            Set.of("content-type", "content-length", "cache-control", "allow", "www-authenticate", "retry-after");

    private final SenderErrorResponses responses = new SenderErrorResponses(AllowedMethods.parse("POST,PUT"));

    @ParameterizedTest
    @EnumSource(ErrorName.class)
    void tellsStatusAlone(ErrorName name) {
        ProxyResponse response = responses.of(new ProxyFailure(name, "hooks.tailnet.ts.net has no address"));

        String body = response.body().bytes().orElseThrow().buffer().toString();
        assertThat(response.status()).isEqualTo(name == ErrorName.TARGET_NOT_ALLOWED ? 502 : name.status());
        assertThat(body).contains("\"status\":" + response.status()).doesNotContain("hooks", "\"name\"", "\"detail\"");
        assertThat(response.headers().stream().map(HeaderField::name).collect(Collectors.toSet()))
                .isSubsetOf(FIELDS);
        assertThat(response.headers().first("allow").isPresent()).isEqualTo(name == ErrorName.METHOD_NOT_ALLOWED);
        assertThat(response.headers().first("www-authenticate").isPresent()).isEqualTo(name == ErrorName.UNAUTHORIZED);
        assertThat(response.headers().first("retry-after").isPresent()).isEqualTo(name.status() == 503);
    }
}
