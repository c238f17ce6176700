package dev.tailnetproxy.proxy.webhook;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Objects;

/**
 * The beginning of the URL as the sender knows it. It can't be taken from a request: {@code Host} is the sender's to choose,
 * and gateways change paths.
 *
 * @param scheme {@code https} or {@code http}
 * @param host as the sender writes it
 * @param port the scheme's own when the URL names none
 * @param hasPort whether the URL names a port
 * @param basePath in front of each request's path; empty, or a path that does not end in a slash
 */
public record PublicUrl(String scheme, String host, int port, boolean hasPort, String basePath) {

    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;

    public PublicUrl {
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw new IllegalArgumentException("must begin with https:// or http://");
        }
        if (host.isEmpty()) {
            throw new IllegalArgumentException("must name a host");
        }
        if (basePath.endsWith("/")) {
            throw new IllegalArgumentException("must not end in a slash");
        }
    }

    /**
     * The URL of a setting.
     *
     * @throws IllegalArgumentException with what is wrong, to be read behind the setting's name
     */
    public static PublicUrl parse(String text) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("must be a URL", e);
        }
        if (url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException("must have neither credentials, nor a query, nor a fragment");
        }
        String scheme = Objects.requireNonNullElse(url.getScheme(), "");
        boolean hasPort = url.getPort() >= 0;
        int port = hasPort ? url.getPort() : scheme.equals("http") ? HTTP_PORT : HTTPS_PORT;
        String path = Objects.requireNonNullElse(url.getRawPath(), "");
        String basePath = path.equals("/") ? "" : path;
        return new PublicUrl(scheme, Objects.requireNonNullElse(url.getHost(), ""), port, hasPort, basePath);
    }

    /** The URL of a request as senders may have written it: as configured, and with or without its port. */
    List<String> spellings(String requestTarget) {
        String rest = basePath + requestTarget;
        String without = scheme + "://" + host + rest;
        String with = scheme + "://" + host + ':' + port + rest;
        return hasPort ? List.of(with, without) : List.of(without, with);
    }
}
