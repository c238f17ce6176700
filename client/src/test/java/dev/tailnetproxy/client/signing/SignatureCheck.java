package dev.tailnetproxy.client.signing;

import dev.tailnetproxy.client.ScriptedFunctionUrl.ReceivedRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Signs what arrived once more, with the fields that it says were signed and at the time that it says, and compares. How
 * the signer itself is right is what {@link VectorsTest} shows.
 */
public final class SignatureCheck {

    private static final DateTimeFormatter AMZ_DATE = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");

    private SignatureCheck() {}

    /** Whether a request carries the signature of AKIATEST for eu-central-1 over its path, fields and body. */
    public static boolean isSigned(ReceivedRequest request) {
        String authorization = request.header("authorization");
        Map<String, List<String>> fields = new TreeMap<>();
        Arrays.stream(authorization
                        .replaceAll(".*SignedHeaders=([^,]*),.*", "$1")
                        .split(";", -1))
                .filter(name -> !name.equals("host") && !name.equals("x-amz-date"))
                .filter(name -> !name.equals("x-amz-content-sha256"))
                .forEach(name -> fields.put(name, List.of(request.header(name))));
        Clock then = Clock.fixed(
                LocalDateTime.parse(request.header("x-amz-date"), AMZ_DATE).toInstant(ZoneOffset.UTC), ZoneOffset.UTC);
        Map<String, List<String>> expected = new RequestSigner("eu-central-1", "lambda", then)
                .sign(
                        AwsCredentialsIdentity.create("AKIATEST", "test-secret"),
                        request.method(),
                        URI.create("http://" + request.header("host") + request.target()),
                        fields,
                        request.body().getBytes(StandardCharsets.ISO_8859_1));
        return List.of(authorization).equals(expected.get("Authorization"));
    }
}
