package dev.tailnetproxy.localstack.functionurl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailnetproxy.localstack.gateway.GatewayRequest;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** Calls that are signed in their query, by the AWS SDK's own presigner. */
class PresignedRequestTest {

    private static final AccessKey KEY = new AccessKey("AKIALOCAL", "local-secret");
    private static final String REGION = "us-east-1";
    private static final URI SERVER = URI.create("http://localhost:1234");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final byte[] NO_BODY = {};

    private final SignatureVerifier verifier = new SignatureVerifier(KEY, REGION, Clock.systemUTC());

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a/b?a=1&a=2&b=%2B%20", "/a%20b/%C3%A4?empty&z=1&a=%2F", "/~-_.?q=~-_."})
    void acceptsSdkPresignedRequests(String pathAndQuery) {
        assertThat(verifier.verify(presigned("GET", pathAndQuery, NO_BODY))).isEmpty();
    }

    @Test
    void acceptsPresignedRequestWithBody() {
        assertThat(verifier.verify(presigned("PUT", "/", bytes("a body")))).isEmpty();
    }

    @Test
    void acceptsTemporaryCredentials() {
        SigV4Signer signer = new SigV4Signer(
                AwsSessionCredentialsIdentity.create(KEY.id(), KEY.secret(), "a/session+token="), REGION);

        GatewayRequest call = arrived(signer.presigned("GET", SERVER.resolve("/"), Map.of(), NO_BODY, HOUR), NO_BODY);

        assertThat(call.query()).contains("X-Amz-Security-Token=");
        assertThat(verifier.verify(call)).isEmpty();
        assertThat(verifier.verify(withQuery(call, call.query().replace("session", "other"))))
                .isPresent();
    }

    @ParameterizedTest(name = "{0} minutes later: {1}")
    @CsvSource({"0, true", "59, true", "61, false", "-4, true", "-6, false"})
    void expireAfterTheirLifetime(int minutesLater, boolean holds) {
        GatewayRequest call = presigned("GET", "/", NO_BODY);
        Clock then = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(minutesLater));

        assertThat(new SignatureVerifier(KEY, REGION, then).verify(call).isEmpty())
                .isEqualTo(holds);
    }

    @ParameterizedTest(name = "{0} instead of {1}")
    @CsvSource({
        "a=2, a=1",
        "X-Amz-Expires=7200, X-Amz-Expires=3600",
        "X-Amz-SignedHeaders=ts-target-ip, X-Amz-SignedHeaders=host",
        "%2Feu-west-1%2F, %2Fus-east-1%2F",
        "%2Fs3%2F, %2Flambda%2F",
        "AKIAOTHER, AKIALOCAL",
        "X-Amz-Signature=0, X-Amz-Signature="
    })
    void rejectsChangedQuery(String replacement, String signed) {
        GatewayRequest call = presigned("GET", "/?a=1", NO_BODY);
        assertThat(call.query()).contains(signed);

        assertThat(verifier.verify(withQuery(call, call.query().replace(signed, replacement))))
                .isPresent();
    }

    @ParameterizedTest(name = "without {0}")
    @ValueSource(
            strings = {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Signature"})
    void rejectsMissingParameter(String name) {
        GatewayRequest call = presigned("GET", "/", NO_BODY);

        assertThat(verifier.verify(withQuery(call, CanonicalUri.queryWithout(call.query(), name))))
                .map(SignatureVerifier.SignatureError::errorType)
                .contains("IncompleteSignatureException");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Amz-Expires=0",
                "X-Amz-Expires=604801",
                "X-Amz-Expires=-1",
                "X-Amz-Expires=",
                "X-Amz-Expires=3600&X-Amz-Expires=3600"
            })
    void rejectsInvalidExpiry(String expires) {
        GatewayRequest call = presigned("GET", "/", NO_BODY);

        assertThat(verifier.verify(withQuery(call, call.query().replace("X-Amz-Expires=3600", expires))))
                .map(SignatureVerifier.SignatureError::errorType)
                .contains("IncompleteSignatureException");
    }

    @Test
    void rejectsUnsupportedAlgorithm() {
        GatewayRequest call = presigned("GET", "/", NO_BODY);
        String query = call.query().replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256");

        assertThat(verifier.verify(withQuery(call, query)))
                .map(SignatureVerifier.SignatureError::errorType)
                .contains("IncompleteSignatureException");
    }

    @Test
    void rejectsChangedHeaderOrBody() {
        GatewayRequest call = presigned("PUT", "/", bytes("a body"));
        List<Map.Entry<String, String>> fields = call.fields().stream()
                .map(field -> field.getKey().equalsIgnoreCase("ts-target-ip")
                        ? Map.entry("ts-target-ip", "100.64.0.9")
                        : field)
                .toList();

        assertThat(verifier.verify(
                        new GatewayRequest("PUT", call.path(), call.query(), fields, call.body(), call.sourceIp())))
                .isPresent();
        assertThat(verifier.verify(new GatewayRequest(
                        "PUT", call.path(), call.query(), call.fields(), Buffer.buffer("other"), call.sourceIp())))
                .isPresent();
    }

    private static GatewayRequest presigned(String method, String pathAndQuery, byte[] body) {
        HttpRequest request = new SigV4Signer(KEY, REGION)
                .presigned(
                        method,
                        URI.create(SERVER + pathAndQuery),
                        Map.of("ts-target-ip", "100.64.0.1", "ts-target-port", "80"),
                        body,
                        HOUR);
        return arrived(request, body);
    }

    private static GatewayRequest arrived(HttpRequest request, byte[] body) {
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        fields.add(Map.entry("Host", SERVER.getAuthority()));
        request.headers().map().forEach((name, values) -> values.forEach(value -> fields.add(Map.entry(name, value))));
        assertThat(fields.stream().map(Map.Entry::getKey).collect(Collectors.toSet()))
                .doesNotContain("Authorization", "authorization");
        return new GatewayRequest(
                request.method(),
                request.uri().getRawPath(),
                request.uri().getRawQuery(),
                fields,
                Buffer.buffer(body),
                "127.0.0.1");
    }

    private static GatewayRequest withQuery(GatewayRequest call, String query) {
        return new GatewayRequest(call.method(), call.path(), query, call.fields(), call.body(), call.sourceIp());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
