package dev.tailnetproxy.client.signing;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Signs with AWS Signature Version 4 through the SDK's own signer. What is here is how a request is handed to it, so that
 * path and query may be sent exactly as they were given.
 */
public final class RequestSigner {

    /** The signer would take the body for frames that it has to sign one by one. */
    private static final String EVENT_STREAM = "application/vnd.amazon.eventstream";

    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final String region;
    private final String service;
    private final Clock clock;

    /** Signs calls to Lambda in a region at the present time. */
    public RequestSigner(String region) {
        this(region, "lambda", Clock.systemUTC());
    }

    RequestSigner(String region, String service, Clock clock) {
        this.region = region;
        this.service = service;
        this.clock = clock;
    }

    /**
     * Signs a request.
     *
     * @param credentials whose signature it becomes
     * @param method the method
     * @param uri where it is sent; path and query as they are, what is beyond ASCII in UTF-8
     * @param fields the header fields to be signed, without {@code Host}
     * @param body the body's bytes, empty when there is none
     * @return the fields that make the signature, {@code Host} excepted: {@code Authorization}, {@code X-Amz-Date},
     *     {@code x-amz-content-sha256} and, with temporary credentials, {@code X-Amz-Security-Token}
     */
    public Map<String, List<String>> sign(
            AwsCredentialsIdentity credentials, String method, URI uri, Map<String, List<String>> fields, byte[] body) {
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("the URI to sign has no host that the JDK's client calls");
        }
        String path = Utf8.escapeNonAscii(uri.getRawPath());
        String query =
                Utf8.escapeNonAscii(Optional.ofNullable(uri.getRawQuery()).orElse(""));
        return sign(credentials, method, uri, path, query, fields, body);
    }

    Map<String, List<String>> sign(
            AwsCredentialsIdentity credentials,
            String method,
            URI server,
            String path,
            String query,
            Map<String, List<String>> fields,
            byte[] body) {
        SdkHttpRequest.Builder request = SdkHttpRequest.builder()
                .protocol(server.getScheme())
                .host(server.getHost())
                .port(server.getPort() < 0 ? null : server.getPort())
                .encodedPath(CanonicalPath.of(path))
                .rawQueryParameters(RawQuery.parameters(query));
        fields.forEach((name, values) -> {
            if (!values.contains(EVENT_STREAM)) {
                request.putHeader(name, values);
            }
        });
        request.method(known(method));
        SignedRequest signed = signer.sign(signing -> signing.identity(credentials)
                .request(request.build())
                .payload(() -> new ByteArrayInputStream(body))
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
                .putProperty(HttpSigner.SIGNING_CLOCK, clock));
        Map<String, List<String>> signature = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        signature.putAll(signed.request().headers());
        signature.keySet().removeAll(fields.keySet());
        signature.remove("Host");
        return signature;
    }

    private static SdkHttpMethod known(String method) {
        return Stream.of(SdkHttpMethod.values())
                .filter(known -> known.name().equals(method))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the method " + method + " can't be signed; use one of " + List.of(SdkHttpMethod.values())));
    }
}
