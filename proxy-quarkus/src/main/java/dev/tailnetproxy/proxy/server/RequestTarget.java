package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request line asks for (RFC 9112 section 3.2): a path and a query, or a whole URI, of which the same counts. Where
 * the request goes is said by its {@code ts-*} fields, whatever the host of the URI is.
 *
 * @param path path as sent
 * @param query query as sent, without the question mark; null when there is none
 */
record RequestTarget(String path, @Nullable String query) {

    private static final Pattern ABSOLUTE_FORM = Pattern.compile("(?i)https?://([^/?#]*)(.*)", Pattern.DOTALL);

    RequestTarget {
        Objects.requireNonNull(path, "path");
    }

    /**
     * Reads it.
     *
     * @throws ProxyFailure {@code InvalidTarget}
     */
    static RequestTarget of(HttpServerRequest request) {
        // CONNECT has none in HTTP/2.
        String text = Objects.requireNonNullElse(request.uri(), "");
        if (text.startsWith("/")) {
            return split(text);
        }
        Matcher uri = ABSOLUTE_FORM.matcher(text);
        if (uri.matches() && !ClientConnection.hasStreams(request)) {
            return ofUri(uri.group(1), uri.group(2), request.method().name());
        }
        if (text.equals("*")) {
            throw asteriskForm();
        }
        // CONNECT has the authority form; it is refused with its method.
        if (!request.method().name().equals("CONNECT")) {
            throw invalid("the request target is neither a path nor an http or https URI");
        }
        return split(text);
    }

    private static RequestTarget ofUri(String authority, String pathAndQuery, String method) {
        if (authority.isEmpty() || !HostField.isValid(authority)) {
            throw invalid("the URI in the request line has no valid host");
        }
        if (pathAndQuery.isEmpty() && method.equals("OPTIONS")) {
            throw asteriskForm();
        }
        return split(pathAndQuery.startsWith("/") ? pathAndQuery : "/" + pathAndQuery);
    }

    private static RequestTarget split(String text) {
        int mark = text.indexOf('?');
        String query = mark < 0 || mark + 1 == text.length() ? null : text.substring(mark + 1);
        return new RequestTarget(mark < 0 ? text : text.substring(0, mark), query);
    }

    /** An event of a function has no form for it, and the contract is one (RFC 9112 section 3.2.4). */
    private static ProxyFailure asteriskForm() {
        return invalid("OPTIONS for a whole server, without a path, is not passed on");
    }

    private static ProxyFailure invalid(String reason) {
        return new ProxyFailure(ErrorName.INVALID_TARGET, reason);
    }
}
