package dev.tailnetproxy.client.signing;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.SdkSystemSetting;

/**
 * The proxy's Function URL and the region that calls to it are signed for.
 *
 * @param uri scheme and authority, without path, query or fragment
 * @param region the AWS region, for example {@code eu-central-1}
 * @param allowPlainHttp whether {@code http} may lead to another machine; without it only to this one
 */
public record FunctionUrl(URI uri, String region, boolean allowPlainHttp) {

    private static final Pattern LAMBDA_HOST = Pattern.compile("[a-z0-9]+\\.lambda-url\\.([a-z0-9-]+)\\..+");
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]+");

    /**
     * Checks all parts.
     *
     * @throws IllegalArgumentException when the URL is not one of a server alone, or would show the requests to a network,
     *     or the region is none
     */
    public FunctionUrl {
        String scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
        boolean isServerAlone = uri.getHost() != null
                && uri.getRawUserInfo() == null
                && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
        if (!(scheme.equals("https") || scheme.equals("http")) || !isServerAlone) {
            throw new IllegalArgumentException(redacted(uri)
                    + " has to be of the form https://<id>.lambda-url.<region>.on.aws, without path, query or user,"
                    + " and its host of letters, digits, hyphens and dots, because the JDK takes no other");
        }
        if (scheme.equals("http") && !allowPlainHttp && !Loopback.isHost(uri.getHost())) {
            throw new IllegalArgumentException(redacted(uri)
                    + " would show requests and session tokens to the network in plain HTTP; give it https,"
                    + " or allow it in so many words: allowPlainHttp(), --allow-plain-http or"
                    + " tailscale-proxy.allow-plain-http=true");
        }
        if (!REGION.matcher(region).matches()) {
            throw new IllegalArgumentException("\"" + region + "\" is no AWS region; give one like eu-central-1");
        }
        uri = URI.create(scheme + "://" + uri.getRawAuthority());
    }

    /**
     * A URL that is {@code https}, or {@code http} on this machine.
     *
     * @throws IllegalArgumentException when it is none
     */
    public FunctionUrl(URI uri, String region) {
        this(uri, region, false);
    }

    /**
     * The URI of a text.
     *
     * @throws IllegalArgumentException when it is none; the sentence does not repeat it, because a password may be in it
     */
    public static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException("the proxy's URL is none: " + malformed.getReason());
        }
    }

    /**
     * A Function URL whose region stands in its host name, as it does in every one that Lambda gives out; for another URL
     * the region is that of {@code AWS_REGION} or of the system property {@code aws.region}.
     *
     * @throws IllegalArgumentException when neither names a region
     */
    public static FunctionUrl of(URI uri) {
        return of(uri, false);
    }

    /**
     * The same, for a URL that may be plain {@code http} to another machine.
     *
     * @throws IllegalArgumentException when neither names a region, or plain {@code http} is not allowed
     */
    public static FunctionUrl of(URI uri, boolean allowPlainHttp) {
        return of(uri, SdkSystemSetting.AWS_REGION.getStringValue(), allowPlainHttp);
    }

    static FunctionUrl of(URI uri, Optional<String> defaultRegion, boolean allowPlainHttp) {
        String region = regionOf(uri)
                .or(() -> defaultRegion)
                .orElseThrow(() -> new IllegalArgumentException(
                        "the region can't be read from " + redacted(uri) + "; give it as well, or set AWS_REGION"));
        return new FunctionUrl(uri, region, allowPlainHttp);
    }

    private static Optional<String> regionOf(URI uri) {
        String host = Optional.ofNullable(uri.getHost()).orElse("").toLowerCase(Locale.ROOT);
        Matcher matcher = LAMBDA_HOST.matcher(host);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** Whose user or password, if it names one, is repeated nowhere. */
    private static String redacted(URI uri) {
        boolean namesUser = String.valueOf(uri.getRawAuthority()).contains("@");
        return namesUser ? "the proxy's URL" : "the proxy's URL " + uri;
    }

    /**
     * The address of a path and query at the proxy.
     *
     * @param pathAndQuery as it shall arrive at the target, already percent-encoded; characters beyond ASCII are encoded
     *     here, as UTF-8
     * @throws IllegalArgumentException when it does not start with a slash or holds what has to be encoded
     */
    public URI at(String pathAndQuery) {
        if (!pathAndQuery.startsWith("/")) {
            throw new IllegalArgumentException("the path \"" + pathAndQuery + "\" has to start with /");
        }
        if (pathAndQuery.indexOf('#') >= 0) {
            throw new IllegalArgumentException("the path \"" + pathAndQuery
                    + "\" holds a #, from which on nothing would be sent; write %23 where the target shall see it");
        }
        try {
            return URI.create(uri + Utf8.escapeNonAscii(pathAndQuery));
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(
                    "the path \"" + pathAndQuery + "\" holds a character that has to be percent-encoded", malformed);
        }
    }

    /** Whether a URI is one of this server. */
    public boolean isServerOf(URI other) {
        return uri.getScheme().equalsIgnoreCase(other.getScheme())
                && uri.getRawAuthority().equalsIgnoreCase(other.getRawAuthority());
    }
}
