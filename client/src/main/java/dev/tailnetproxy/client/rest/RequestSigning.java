package dev.tailnetproxy.client.rest;

import dev.tailnetproxy.client.signing.FunctionUrl;
import dev.tailnetproxy.client.signing.ProxyHeaders;
import dev.tailnetproxy.client.signing.RequestSigner;
import jakarta.ws.rs.core.MultivaluedMap;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;

/** Adds a signature to the headers of a call, once its body is known. */
final class RequestSigning {

    private final RequestSigner signer;
    private final IdentityProvider<? extends AwsCredentialsIdentity> credentials;

    RequestSigning(FunctionUrl functionUrl, IdentityProvider<? extends AwsCredentialsIdentity> credentials) {
        this.signer = new RequestSigner(functionUrl.region());
        this.credentials = credentials;
    }

    /** Once more makes way for the signature: a header of the configuration may have come after the filter. */
    void sign(SignableRequest call, MultivaluedMap<String, Object> headers, byte[] body) {
        AwsCredentialsIdentity identity = credentials.resolveIdentity().join();
        ProxyHeaders prefixed = new ProxyHeaders(texts(headers));
        replace(headers, prefixed);
        signer.sign(identity, call.method(), call.uri(), prefixed.toBeSigned(), body)
                .forEach((name, values) -> headers.put(name, new ArrayList<>(values)));
    }

    static void replace(MultivaluedMap<String, Object> headers, ProxyHeaders replacement) {
        headers.clear();
        replacement.all().forEach((name, values) -> headers.put(name, new ArrayList<>(values)));
    }

    static Map<String, List<String>> texts(MultivaluedMap<String, Object> headers) {
        Map<String, List<String>> texts = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, values) ->
                texts.put(name, values.stream().map(String::valueOf).toList()));
        return texts;
    }

    /** The properties of a call that are known before its body. */
    record SignableRequest(String method, URI uri) {

        /** The property by which it goes from the filter to the interceptor. */
        static final String PROPERTY = SignableRequest.class.getName();
    }
}
