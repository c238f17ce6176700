package dev.tailnetproxy.localstack.functionurl;

import dev.tailnetproxy.localstack.gateway.GatewayRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The signature of a call: in the {@code Authorization} field, or in the query of a presigned call.
 *
 * @param credential the key's id and the scope, separated by slashes
 * @param timestamp when it was signed
 * @param expires how long it holds from then on; empty for the tolerance that clocks have
 * @param signedNames the names of the signed fields
 * @param value the signature
 * @param signedQuery the query that is signed
 */
record RequestSignature(
        String credential,
        String timestamp,
        Optional<Duration> expires,
        List<String> signedNames,
        String value,
        String signedQuery) {

    static final String ALGORITHM = "AWS4-HMAC-SHA256";

    private static final Pattern AUTHORIZATION = Pattern.compile(
            ALGORITHM + " +Credential=([^,\\s]+)\\s*,\\s*SignedHeaders=([^,\\s]+)\\s*,\\s*Signature=(\\S+)");
    private static final String SIGNATURE = "X-Amz-Signature";
    private static final String EXPIRES = "X-Amz-Expires";
    private static final Pattern SECONDS = Pattern.compile("[1-9][0-9]{0,5}");
    private static final long MAX_EXPIRY_SECONDS = Duration.ofDays(7).toSeconds();

    RequestSignature {
        signedNames = List.copyOf(signedNames);
    }

    /** Says that a signature is there and can't be read. */
    static final class IncompleteSignatureException extends Exception {

        private static final long serialVersionUID = 1L;

        IncompleteSignatureException(String message) {
            super(message);
        }
    }

    /** The signature of a call; empty when it has none. The field counts before the query. */
    static Optional<RequestSignature> of(GatewayRequest request) throws IncompleteSignatureException {
        Optional<String> authorization = request.field("authorization");
        if (authorization.isPresent()) {
            return Optional.of(fromHeader(request, authorization.get()));
        }
        return parameter(request, SIGNATURE).isPresent()
                        || parameter(request, "X-Amz-Algorithm").isPresent()
                ? Optional.of(fromQuery(request))
                : Optional.empty();
    }

    private static RequestSignature fromHeader(GatewayRequest request, String authorization)
            throws IncompleteSignatureException {
        Matcher parts = AUTHORIZATION.matcher(authorization);
        if (!parts.matches()) {
            throw new IncompleteSignatureException(
                    "the Authorization header is not of the form of Signature Version 4");
        }
        return new RequestSignature(
                parts.group(1),
                request.field("x-amz-date").orElse(""),
                Optional.empty(),
                List.of(parts.group(2).split(";", -1)),
                parts.group(3),
                request.query());
    }

    private static RequestSignature fromQuery(GatewayRequest request) throws IncompleteSignatureException {
        if (!required(request, "X-Amz-Algorithm").equals(ALGORITHM)) {
            throw new IncompleteSignatureException(
                    "X-Amz-Algorithm is not " + ALGORITHM + ", the only one that is checked here");
        }
        return new RequestSignature(
                required(request, "X-Amz-Credential"),
                required(request, "X-Amz-Date"),
                expires(request),
                List.of(required(request, "X-Amz-SignedHeaders").split(";", -1)),
                required(request, SIGNATURE),
                CanonicalUri.queryWithout(request.query(), SIGNATURE));
    }

    private static Optional<Duration> expires(GatewayRequest request) throws IncompleteSignatureException {
        Optional<String> seconds = parameter(request, EXPIRES);
        if (seconds.isEmpty()) {
            return Optional.empty();
        }
        if (!SECONDS.matcher(seconds.get()).matches() || Long.parseLong(seconds.get()) > MAX_EXPIRY_SECONDS) {
            throw new IncompleteSignatureException(
                    EXPIRES + " is not a number of seconds from 1 to " + MAX_EXPIRY_SECONDS);
        }
        return Optional.of(Duration.ofSeconds(Long.parseLong(seconds.get())));
    }

    private static String required(GatewayRequest request, String name) throws IncompleteSignatureException {
        return parameter(request, name)
                .orElseThrow(
                        () -> new IncompleteSignatureException("the query has a part of a signature, but no " + name));
    }

    private static Optional<String> parameter(GatewayRequest request, String name) throws IncompleteSignatureException {
        List<String> values = new ArrayList<>(CanonicalUri.parameters(request.query(), name));
        if (values.size() > 1) {
            throw new IncompleteSignatureException(name + " is given more than once");
        }
        return values.stream().findFirst();
    }
}
