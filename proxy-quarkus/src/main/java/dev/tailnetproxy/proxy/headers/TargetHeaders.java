package dev.tailnetproxy.proxy.headers;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.contract.HeaderNames;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import dev.tailnetproxy.proxy.failure.ProxyFailure;
import dev.tailnetproxy.proxy.http.Headers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads where a request goes from the client's {@code ts-*} fields. */
public final class TargetHeaders {

    private static final Pattern MILLISECONDS = Pattern.compile("[1-9][0-9]{0,8}");
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[^\\]]*]|[^:]*)(?::([0-9]{0,5}))?");

    private TargetHeaders() {}

    /**
     * Reads the headers.
     *
     * @throws ProxyFailure {@code MissingTarget}, {@code InvalidTarget} or {@code InvalidHeader}
     */
    public static Target parse(Headers headers) {
        String target = single(headers, HeaderNames.TARGET_IP).orElse("");
        if (target.isEmpty()) {
            throw new ProxyFailure(ErrorName.MISSING_TARGET, "the header " + HeaderNames.TARGET_IP + " is missing");
        }
        String portText = single(headers, HeaderNames.TARGET_PORT).orElse("");
        if (portText.isEmpty()) {
            throw new ProxyFailure(ErrorName.MISSING_TARGET, "the header " + HeaderNames.TARGET_PORT + " is missing");
        }
        Port port = Port.parse(portText)
                .orElseThrow(() -> new ProxyFailure(
                        ErrorName.INVALID_TARGET, HeaderNames.TARGET_PORT + " is not a number from 1 to " + Port.MAX));
        TargetHost host = host(target, HeaderNames.TARGET_IP, ErrorName.INVALID_TARGET);
        boolean https = https(headers, port);
        return new Target(host, port, https, tlsServerName(headers, host), timeout(headers));
    }

    private static boolean https(Headers headers, Port port) {
        Optional<String> value = single(headers, HeaderNames.HTTPS).map(v -> v.toLowerCase(Locale.ROOT));
        if (value.isEmpty()) {
            return port.equals(Target.defaultPort(true));
        }
        return switch (value.get()) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new ProxyFailure(ErrorName.INVALID_HEADER, HeaderNames.HTTPS + " is neither true nor false");
        };
    }

    /** An address has no place in SNI (RFC 6066 section 3); the certificate is then checked for the address. */
    private static Optional<TargetHost> tlsServerName(Headers headers, TargetHost target) {
        Optional<TargetHost> explicit = single(headers, HeaderNames.TLS_SERVER_NAME)
                .map(text -> host(text, HeaderNames.TLS_SERVER_NAME, ErrorName.INVALID_HEADER));
        Optional<TargetHost> ofHost = single(headers, HeaderNames.HOST).map(TargetHeaders::hostOf);
        return explicit.or(() -> ofHost).or(() -> target.fold(address -> Optional.empty(), Optional::of));
    }

    /** The host of an authority (RFC 9110 section 7.2), which has to be one: over HTTP/2 any other would be lost. */
    private static TargetHost hostOf(String authority) {
        Matcher parts = AUTHORITY.matcher(authority);
        if (!parts.matches() || (parts.group(2) != null && Integer.parseInt("0" + parts.group(2)) > Port.MAX)) {
            throw new ProxyFailure(
                    ErrorName.INVALID_HEADER, HeaderNames.HOST + " is not a host with or without a port");
        }
        return host(parts.group(1), HeaderNames.HOST, ErrorName.INVALID_HEADER);
    }

    private static TargetHost host(String text, String header, ErrorName error) {
        try {
            return TargetHost.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ProxyFailure(error, header + " " + e.getMessage(), e);
        }
    }

    private static Optional<Duration> timeout(Headers headers) {
        Optional<String> value = single(headers, HeaderNames.TIMEOUT_MS);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (!MILLISECONDS.matcher(value.get()).matches()) {
            throw new ProxyFailure(
                    ErrorName.INVALID_HEADER,
                    HeaderNames.TIMEOUT_MS + " is not a positive whole number of milliseconds");
        }
        return Optional.of(Duration.ofMillis(Long.parseLong(value.get())));
    }

    /** The only value of a header; two values are two opinions about where the request goes. */
    private static Optional<String> single(Headers headers, String name) {
        List<String> values = headers.all(name);
        if (values.size() > 1) {
            throw new ProxyFailure(ErrorName.INVALID_HEADER, "the header " + name + " is given more than once");
        }
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(0).strip());
    }
}
