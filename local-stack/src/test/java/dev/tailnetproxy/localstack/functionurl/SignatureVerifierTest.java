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
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureVerifierTest {

    private static final AccessKey KEY = new AccessKey("AKIALOCAL", "local-secret");
    private static final String REGION = "us-east-1";
    private static final byte[] BODY = "a body".getBytes(StandardCharsets.UTF_8);

    private final SignatureVerifier verifier = new SignatureVerifier(KEY, REGION, Clock.systemUTC());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a/b",
                "/?a=1&a=2&b=%2B%20",
                "/a%20b/%C3%A4?empty&z=1&a=%2F",
                "/a%2Fb/c?x=a%2Bb",
                "/trailing/?b=2&a=1&a=0",
                "/~tilde-_.?q=~-_."
            })
    void acceptsSdkSignatures(String pathAndQuery) {
        GatewayRequest call = call("POST", pathAndQuery, Map.of("x-custom", "  two   spaces "), BODY);

        assertThat(verifier.verify(call)).isEmpty();
    }

    static Stream<Arguments> changesAfterSigning() {
        return Stream.of(
                Arguments.of("another method", change(call -> copy(call, "PUT", call.path(), call.query(), BODY))),
                Arguments.of("another path", change(call -> copy(call, call.method(), "/b", call.query(), BODY))),
                Arguments.of("another query", change(call -> copy(call, call.method(), call.path(), "a=2", BODY))),
                Arguments.of(
                        "another body",
                        change(call -> copy(
                                call,
                                call.method(),
                                call.path(),
                                call.query(),
                                "other".getBytes(StandardCharsets.UTF_8)))),
                Arguments.of("another value of a signed field", change(call -> withField(call, "x-custom", "changed"))),
                Arguments.of("another time", change(call -> withField(call, "x-amz-date", "20200101T000000Z"))),
                Arguments.of("no host", change(call -> withField(call, "host", "elsewhere.example"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changesAfterSigning")
    void rejectsChangesAfterSigning(String name, UnaryOperator<GatewayRequest> change) {
        GatewayRequest call = change.apply(call("POST", "/a?a=1", Map.of("x-custom", "1"), BODY));

        assertThat(verifier.verify(call)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "AKIAOTHER, local-secret, us-east-1, UnrecognizedClientException",
        "AKIALOCAL, wrong-secret, us-east-1, InvalidSignatureException",
        "AKIALOCAL, local-secret, eu-west-1, InvalidSignatureException"
    })
    void rejectsOtherKeysAndRegions(String id, String secret, String region, String errorType) {
        HttpRequest request = new SigV4Signer(new AccessKey(id, secret), region)
                .request("GET", URI.create("http://localhost:1234/"), Map.of(), new byte[0]);

        assertThat(verifier.verify(arrived(request, "/", new byte[0])))
                .map(SignatureVerifier.SignatureError::errorType)
                .contains(errorType);
    }

    @Test
    void rejectsUnsignedRequest() {
        GatewayRequest call = new GatewayRequest(
                "GET", "/", "", List.of(Map.entry("Host", "localhost")), Buffer.buffer(), "127.0.0.1");

        assertThat(verifier.verify(call))
                .map(SignatureVerifier.SignatureError::errorType)
                .contains("AccessDeniedException");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Bearer x", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=b"
            })
    void rejectsMalformedAuthorization(String authorization) {
        GatewayRequest call = new GatewayRequest(
                "GET", "/", "", List.of(Map.entry("authorization", authorization)), Buffer.buffer(), "127.0.0.1");

        assertThat(verifier.verify(call))
                .map(SignatureVerifier.SignatureError::errorType)
                .contains("IncompleteSignatureException");
    }

    @Test
    void rejectsOldSignature() {
        SignatureVerifier later =
                new SignatureVerifier(KEY, REGION, Clock.offset(Clock.systemUTC(), Duration.ofMinutes(6)));

        assertThat(later.verify(call("GET", "/", Map.of(), new byte[0]))).isPresent();
    }

    private static GatewayRequest call(String method, String pathAndQuery, Map<String, String> headers, byte[] body) {
        HttpRequest request = new SigV4Signer(KEY, REGION)
                .request(method, URI.create("http://localhost:1234" + pathAndQuery), headers, body);
        return arrived(request, pathAndQuery, body);
    }

    private static GatewayRequest arrived(HttpRequest request, String pathAndQuery, byte[] body) {
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        fields.add(Map.entry("Host", "localhost:1234"));
        request.headers().map().forEach((name, values) -> values.forEach(value -> fields.add(Map.entry(name, value))));
        String[] parts = pathAndQuery.split("\\?", 2);
        return new GatewayRequest(
                request.method(),
                parts[0],
                parts.length == 2 ? parts[1] : "",
                fields,
                Buffer.buffer(body),
                "127.0.0.1");
    }

    private static UnaryOperator<GatewayRequest> change(UnaryOperator<GatewayRequest> change) {
        return change;
    }

    private static GatewayRequest copy(GatewayRequest call, String method, String path, String query, byte[] body) {
        return new GatewayRequest(method, path, query, call.fields(), Buffer.buffer(body), call.sourceIp());
    }

    private static GatewayRequest withField(GatewayRequest call, String name, String value) {
        List<Map.Entry<String, String>> fields = call.fields().stream()
                .map(field -> field.getKey().equalsIgnoreCase(name) ? Map.entry(name, value) : field)
                .toList();
        Optional<String> before = call.field(name);
        assertThat(before).as("the call has the field %s", name).isPresent();
        return new GatewayRequest(call.method(), call.path(), call.query(), fields, call.body(), call.sourceIp());
    }
}
