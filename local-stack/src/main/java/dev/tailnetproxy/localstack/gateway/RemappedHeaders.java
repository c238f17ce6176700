package dev.tailnetproxy.localstack.gateway;

import java.util.Locale;
import java.util.Set;

/**
 * What becomes of the names of a function's response header fields: AWS keeps some for itself and sends the function's value
 * as {@code x-amzn-Remapped-…}, with the function's spelling behind the prefix.
 *
 * <p>The names are those that the AWS documentation gives for API Gateway ("Amazon API Gateway important notes"), and
 * {@code Content-Length}, which Lambda renames too. AWS documents none for Function URLs; users report the same prefix
 * there for {@code WWW-Authenticate}, {@code Date}, {@code Server}, {@code Connection} and {@code Content-Length}.
 */
final class RemappedHeaders {

    private static final String PREFIX = "x-amzn-Remapped-";

    private static final Set<String> REMAPPED = Set.of(
            "authorization",
            "connection",
            "content-length",
            "content-md5",
            "date",
            "expect",
            "host",
            "max-forwards",
            "proxy-authenticate",
            "server",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "user-agent",
            "www-authenticate");

    private RemappedHeaders() {}

    /** The name under which a field of the function reaches the client. */
    static String remappedName(String name) {
        return REMAPPED.contains(name.toLowerCase(Locale.ROOT)) ? PREFIX + name : name;
    }
}
