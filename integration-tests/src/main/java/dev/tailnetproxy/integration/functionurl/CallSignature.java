package dev.tailnetproxy.integration.functionurl;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a call says of its signature: in the {@code Authorization} field, or in the query of a presigned call.
 *
 * @param credential the key's id and the scope, separated by slashes
 * @param timestamp when it was signed
 * @param expires how long it holds from then on; empty for the tolerance that clocks have
 * @param signedNames the names of the signed fields
 * @param value the signature
 * @param signedQuery the query that is signed
 */
record CallSignature(
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
    private static final long LONGEST_SECONDS = Duration.ofDays(7).toSeconds();

    CallSignature {
        signedNames = List.copyOf(signedNames);
    }

    /** Says that a signature is there and can't be read. */
    static final class Incomplete extends Exception {

        private static final long serialVersionUID = 1L;

        Incomplete(String message) {
            super(message);
        }
    }

    /** The signature of a call; empty when it has none. The field counts before the query. */
    static Optional<CallSignature> of(HttpCall call) throws Incomplete {
        Optional<String> authorization = call.field("authorization");
        if (authorization.isPresent()) {
            return Optional.of(inField(call, authorization.get()));
        }
        return parameter(call, SIGNATURE).isPresent()
                        || parameter(call, "X-Amz-Algorithm").isPresent()
                ? Optional.of(inQuery(call))
                : Optional.empty();
    }

    private static CallSignature inField(HttpCall call, String authorization) throws Incomplete {
        Matcher parts = AUTHORIZATION.matcher(authorization);
        if (!parts.matches()) {
            throw new Incomplete("the Authorization header is not of the form of Signature Version 4");
        }
        return new CallSignature(
                parts.group(1),
                call.field("x-amz-date").orElse(""),
                Optional.empty(),
                List.of(parts.group(2).split(";", -1)),
                parts.group(3),
                call.query());
    }

    private static CallSignature inQuery(HttpCall call) throws Incomplete {
        if (!required(call, "X-Amz-Algorithm").equals(ALGORITHM)) {
            throw new Incomplete("X-Amz-Algorithm is not " + ALGORITHM + ", the only one that is checked here");
        }
        return new CallSignature(
                required(call, "X-Amz-Credential"),
                required(call, "X-Amz-Date"),
                expires(call),
                List.of(required(call, "X-Amz-SignedHeaders").split(";", -1)),
                required(call, SIGNATURE),
                CanonicalUri.queryWithout(call.query(), SIGNATURE));
    }

    private static Optional<Duration> expires(HttpCall call) throws Incomplete {
        Optional<String> seconds = parameter(call, EXPIRES);
        if (seconds.isEmpty()) {
            return Optional.empty();
        }
        if (!SECONDS.matcher(seconds.get()).matches() || Long.parseLong(seconds.get()) > LONGEST_SECONDS) {
            throw new Incomplete(EXPIRES + " is not a number of seconds from 1 to " + LONGEST_SECONDS);
        }
        return Optional.of(Duration.ofSeconds(Long.parseLong(seconds.get())));
    }

    private static String required(HttpCall call, String name) throws Incomplete {
        return parameter(call, name)
                .orElseThrow(() -> new Incomplete("the query has a part of a signature, but no " + name));
    }

    private static Optional<String> parameter(HttpCall call, String name) throws Incomplete {
        List<String> values = new ArrayList<>(CanonicalUri.parameters(call.query(), name));
        if (values.size() > 1) {
            throw new Incomplete(name + " is given more than once");
        }
        return values.stream().findFirst();
    }
}
