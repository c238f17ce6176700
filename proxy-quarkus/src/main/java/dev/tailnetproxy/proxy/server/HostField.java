package dev.tailnetproxy.proxy.server;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.contract.TargetGrammar;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Headers;
import io.netty.util.NetUtil;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code Host} of a request (RFC 9112 section 3.2). The proxy itself does without it; a request with none or with two
 * is one that whoever stands in front of the proxy may have understood in another way.
 */
final class HostField {

    /** An address in brackets or a name (RFC 3986 section 3.2.2), and a port. A comma would make a list of two. */
    private static final Pattern HOST =
            Pattern.compile("(?:\\[([^\\[\\]%]*)]|(?:[A-Za-z0-9._~!$&'()*+;=-]|%[0-9A-Fa-f]{2})+)(?::([0-9]{0,5}))?");

    private HostField() {}

    /**
     * Checks that a request has as many as it must, and that its value is one.
     *
     * @param required whether there has to be one, as from HTTP/1.1 on
     * @throws ProxyFailure {@code InvalidHeader}
     */
    static void check(Headers headers, boolean required) {
        List<String> values = headers.all("host");
        if (values.size() > 1) {
            throw invalid("the header host is given more than once");
        }
        if (values.isEmpty() && required) {
            throw invalid("the header host is missing");
        }
        if (!values.isEmpty() && !isValid(values.get(0))) {
            throw invalid("the header host is not a host with or without a port");
        }
    }

    /** Whether it is a host, with or without a port; nothing at all is the host of a URI that has none. */
    static boolean isValid(String text) {
        Matcher parts = HOST.matcher(text);
        return text.isEmpty()
                || (parts.matches()
                        && (parts.group(1) == null || NetUtil.isValidIpV6Address(parts.group(1)))
                        && (parts.group(2) == null
                                || Integer.parseInt("0" + parts.group(2)) <= TargetGrammar.MAX_PORT));
    }

    private static ProxyFailure invalid(String reason) {
        return new ProxyFailure(ErrorName.INVALID_HEADER, reason);
    }
}
