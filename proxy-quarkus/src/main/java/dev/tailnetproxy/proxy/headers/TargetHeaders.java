package dev.tailnetproxy.proxy.headers;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.contract.HeaderNames;
import dev.tailnetproxy.contract.TargetGrammar;
import dev.tailnetproxy.proxy.address.TargetHost;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Headers;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the caller's {@code ts-*} headers say about the target.
 *
 * @param host where to
 * @param port 1 to 65535
 * @param https whether to speak TLS
 * @param tlsServerName name or address that the certificate has to be for, and if it is a name the one for SNI; empty
 *     when that is {@code host} as it is dialled
 * @param timeoutMs the caller's own deadline for this request, in milliseconds
 */
public record TargetHeaders(
        TargetHost host, int port, boolean https, Optional<String> tlsServerName, OptionalLong timeoutMs) {

    private static final Pattern AUTHORITY = Pattern.compile("(\\[[^\\]]*]|[^:]*)(?::([0-9]{0,5}))?");
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /**
     * Reads the headers.
     *
     * @throws ProxyFailure {@code MissingTarget}, {@code InvalidTarget} or {@code InvalidHeader}
     */
    public static TargetHeaders parse(Headers headers) {
        String target = single(headers, HeaderNames.TARGET_IP).orElse("");
        if (target.isEmpty()) {
            throw new ProxyFailure(ErrorName.MISSING_TARGET, "the header " + HeaderNames.TARGET_IP + " is missing");
        }
        String portText = single(headers, HeaderNames.TARGET_PORT).orElse("");
        if (portText.isEmpty()) {
            throw new ProxyFailure(ErrorName.MISSING_TARGET, "the header " + HeaderNames.TARGET_PORT + " is missing");
        }
        int port = TargetGrammar.port(portText)
                .orElseThrow(() -> new ProxyFailure(
                        ErrorName.INVALID_TARGET,
                        HeaderNames.TARGET_PORT + " is not a number from 1 to " + TargetGrammar.MAX_PORT));
        TargetHost host = host(target, HeaderNames.TARGET_IP, ErrorName.INVALID_TARGET);
        boolean https = https(headers, port);
        return new TargetHeaders(host, port, https, tlsServerName(headers, host), timeout(headers));
    }

    /** Host and port for the {@code Host} field (RFC 9110 section 7.2); the scheme's usual port is left out. */
    public String authority() {
        String text = host.toString();
        String name = text.indexOf(':') < 0 ? text : "[" + text + "]";
        return port == (https ? HTTPS_PORT : HTTP_PORT) ? name : name + ":" + port;
    }

    private static boolean https(Headers headers, int port) {
        Optional<String> value = single(headers, HeaderNames.HTTPS).map(v -> v.toLowerCase(Locale.ROOT));
        if (value.isEmpty()) {
            return port == HTTPS_PORT;
        }
        return switch (value.get()) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new ProxyFailure(ErrorName.INVALID_HEADER, HeaderNames.HTTPS + " is neither true nor false");
        };
    }

    /** An address has no place in SNI (RFC 6066 section 3); the certificate is then checked for the address. */
    private static Optional<String> tlsServerName(Headers headers, TargetHost target) {
        Optional<String> explicit = single(headers, HeaderNames.TLS_SERVER_NAME)
                .map(text -> host(text, HeaderNames.TLS_SERVER_NAME, ErrorName.INVALID_HEADER)
                        .toString());
        Optional<String> ofHost = single(headers, HeaderNames.HOST).map(TargetHeaders::hostOf);
        Optional<String> name = explicit.or(() -> ofHost);
        return name.isPresent() || target instanceof TargetHost.Address ? name : Optional.of(target.toString());
    }

    /** The host of an authority (RFC 9110 section 7.2), which has to be one: over HTTP/2 any other would be lost. */
    private static String hostOf(String authority) {
        Matcher parts = AUTHORITY.matcher(authority);
        if (!parts.matches()
                || (parts.group(2) != null && Integer.parseInt("0" + parts.group(2)) > TargetGrammar.MAX_PORT)) {
            throw new ProxyFailure(
                    ErrorName.INVALID_HEADER, HeaderNames.HOST + " is not a host with or without a port");
        }
        return host(parts.group(1), HeaderNames.HOST, ErrorName.INVALID_HEADER).toString();
    }

    private static TargetHost host(String text, String header, ErrorName error) {
        try {
            return TargetHost.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ProxyFailure(error, header + " " + e.getMessage(), e);
        }
    }

    private static OptionalLong timeout(Headers headers) {
        Optional<String> value = single(headers, HeaderNames.TIMEOUT_MS);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!value.get().matches("[1-9][0-9]{0,8}")) {
            throw new ProxyFailure(
                    ErrorName.INVALID_HEADER,
                    HeaderNames.TIMEOUT_MS + " is not a positive whole number of milliseconds");
        }
        return OptionalLong.of(Long.parseLong(value.get()));
    }

    /** The only value of a header; two values are two opinions about where the request goes. */
    private static Optional<String> single(Headers headers, String name) {
        List<String> values = headers.all(name);
        if (values.size() > 1) {
            throw new ProxyFailure(ErrorName.INVALID_HEADER, "the header " + name + " is given more than once");
        }
        return values.stream().map(String::strip).findFirst();
    }
}
