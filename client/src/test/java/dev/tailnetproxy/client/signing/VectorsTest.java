package dev.tailnetproxy.client.signing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * AWS's published test cases. The SDK's signer always sends and signs {@code x-amz-content-sha256}; most cases were made
 * without it. So what is expected is the signature of the published canonical request with this one line added, and how it
 * is computed is held against the published signature first.
 */
class VectorsTest {

    private static final String HASH_FIELD = "x-amz-content-sha256";

    static Stream<Path> cases() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("src/test/resources/sigv4-vectors"))) {
            return folders.filter(Files::isDirectory).sorted().toList().stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void matchesPublishedSignatures(Path folder) throws Exception {
        JsonNode context = new ObjectMapper().readTree(text(folder, "context.json"));
        PublishedSignature published = new PublishedSignature(context);
        PublishedRequest request = PublishedRequest.parse(text(folder, "request.txt"));
        String canonical = text(folder, "header-canonical-request.txt");
        assertThat(published.signatureOf(canonical))
                .as("how this test computes signatures")
                .isEqualTo(text(folder, "header-signature.txt").strip());

        Map<String, List<String>> signed = new RequestSigner(
                        context.get("region").asText(), context.get("service").asText(), published.clock())
                .sign(
                        published.credentials(),
                        request.method(),
                        URI.create("https://"
                                + requireNonNull(request.fields().remove("Host"))
                                        .get(0)),
                        request.path(),
                        request.query(),
                        request.fields(),
                        request.body().getBytes(StandardCharsets.UTF_8));

        String expected = withHashField(canonical);
        String names = expected.lines().toList().get(expected.lines().toList().size() - 2);
        assertThat(signed.get("Authorization"))
                .containsExactly("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/" + published.scope() + ", SignedHeaders="
                        + names + ", Signature=" + published.signatureOf(expected));
    }

    private static String withHashField(String canonical) {
        List<String> lines = new ArrayList<>(canonical.lines().toList());
        String hash = lines.get(lines.size() - 1);
        List<String> fields = new ArrayList<>(lines.subList(3, lines.size() - 3));
        if (fields.stream().noneMatch(field -> field.startsWith(HASH_FIELD))) {
            fields.add(HASH_FIELD + ":" + hash);
        }
        fields.sort(null);
        String names = fields.stream().map(field -> field.split(":", 2)[0]).collect(Collectors.joining(";"));
        return String.join("\n", lines.subList(0, 3)) + "\n" + String.join("\n", fields) + "\n\n" + names + "\n" + hash;
    }

    private static String text(Path folder, String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    /** A request as the cases spell it: raw text, header fields continued on lines that start with a space. */
    private record PublishedRequest(
            String method, String path, String query, Map<String, List<String>> fields, String body) {

        static PublishedRequest parse(String text) {
            String[] parts = text.split("\n\n", 2);
            List<String> lines = parts[0].replaceAll("\n +", " ").lines().toList();
            String target = lines.get(0).replaceAll("^[A-Z]+ | HTTP/1.1$", "");
            Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (String line : lines.subList(1, lines.size())) {
                String[] field = line.split(":", 2);
                fields.computeIfAbsent(field[0], any -> new ArrayList<>()).add(field[1]);
            }
            String[] pathAndQuery = target.split("\\?", 2);
            return new PublishedRequest(
                    lines.get(0).split(" ", 2)[0],
                    pathAndQuery[0],
                    pathAndQuery.length == 2 ? pathAndQuery[1] : "",
                    fields,
                    parts.length == 2 ? parts[1] : "");
        }
    }

    /** Signature Version 4 as the specification writes it down, from a canonical request on. */
    private record PublishedSignature(JsonNode context) {

        AwsCredentialsIdentity credentials() {
            JsonNode given = context.get("credentials");
            String id = given.get("access_key_id").asText();
            String secret = given.get("secret_access_key").asText();
            return Optional.ofNullable(given.get("token"))
                    .<AwsCredentialsIdentity>map(
                            token -> AwsSessionCredentialsIdentity.create(id, secret, token.asText()))
                    .orElseGet(() -> AwsCredentialsIdentity.create(id, secret));
        }

        Clock clock() {
            return Clock.fixed(Instant.parse(context.get("timestamp").asText()), ZoneOffset.UTC);
        }

        String scope() {
            return "20150830/" + context.get("region").asText() + "/"
                    + context.get("service").asText() + "/aws4_request";
        }

        String signatureOf(String canonicalRequest) {
            String stringToSign = String.join(
                    "\n", "AWS4-HMAC-SHA256", "20150830T123600Z", scope(), Digests.sha256(canonicalRequest));
            byte[] key = ("AWS4"
                            + context.get("credentials")
                                    .get("secret_access_key")
                                    .asText())
                    .getBytes(StandardCharsets.UTF_8);
            for (String part : scope().split("/", -1)) {
                key = Digests.hmac(key, part);
            }
            return Digests.hex(Digests.hmac(key, stringToSign));
        }
    }
}
