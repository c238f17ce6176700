package dev.tailnetproxy.localstack.functionurl;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Makes requests signed by the AWS SDK's own signer, as clients of a Function URL do. */
public final class SigV4Signer {

    /** Header fields that the JDK's client sets by itself and rejects in a request. */
    private static final Set<String> SET_BY_JDK_CLIENT = Set.of("host", "content-length", "connection", "expect");

    private static final String LAMBDA = "lambda";

    private final AwsCredentialsIdentity identity;
    private final String region;
    private final String service;

    /** Signs with a key for a region. */
    public SigV4Signer(AccessKey key, String region) {
        this(AwsCredentialsIdentity.create(key.id(), key.secret()), region);
    }

    /** Signs with credentials, temporary ones too, for a region. */
    public SigV4Signer(AwsCredentialsIdentity identity, String region) {
        this(identity, region, LAMBDA);
    }

    /** Signs with credentials for a region of another service than Lambda. */
    public SigV4Signer(AwsCredentialsIdentity identity, String region, String service) {
        this.identity = identity;
        this.region = region;
        this.service = service;
    }

    /** A signed request. */
    public HttpRequest request(String method, URI uri, Map<String, String> headers, byte[] body) {
        return toHttpRequest(signed(method, uri, headers, body, signing -> {}), uri, body);
    }

    /** A request that is signed in its query, for a time. */
    public HttpRequest presigned(
            String method, URI uri, Map<String, String> headers, byte[] body, Duration expiration) {
        SdkHttpRequest signed = signed(method, uri, headers, body, signing -> signing.putProperty(
                        AwsV4HttpSigner.AUTH_LOCATION, AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, expiration));
        return toHttpRequest(signed, signed.getUri(), body);
    }

    private SdkHttpRequest signed(
            String method,
            URI uri,
            Map<String, String> headers,
            byte[] body,
            Consumer<SignRequest.Builder<AwsCredentialsIdentity>> more) {
        SdkHttpRequest.Builder unsigned =
                SdkHttpRequest.builder().method(SdkHttpMethod.fromValue(method)).uri(uri);
        headers.forEach(unsigned::putHeader);
        ContentStreamProvider payload = () -> new ByteArrayInputStream(body);
        SignedRequest signed = AwsV4HttpSigner.create().sign(signing -> {
            signing.identity(identity)
                    .request(unsigned.build())
                    .payload(payload)
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                    .putProperty(AwsV4HttpSigner.REGION_NAME, region);
            more.accept(signing);
        });
        return signed.request();
    }

    private static HttpRequest toHttpRequest(SdkHttpRequest signed, URI uri, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .method(
                        signed.method().name(),
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        for (Map.Entry<String, List<String>> header : signed.headers().entrySet()) {
            if (!SET_BY_JDK_CLIENT.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                header.getValue().forEach(value -> request.header(header.getKey(), value));
            }
        }
        return request.build();
    }
}
