package dev.tailnetproxy.contract;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the settings of forwarder mode are written: the target, and the entries of its lists. */
public final class ForwarderGrammar {

    /** What is behind a path that stands for all paths below it. */
    public static final String BELOW = "/*";

    private static final Pattern URL =
            Pattern.compile("(?i)(https?)://(\\[[^\\]/?#@]*]|[^\\[\\]:/?#@\\\\]+)(?::([0-9]{1,5}))?(/.*)?");
    private static final Pattern METHOD = Pattern.compile("[A-Z]+(?:-[A-Z]+)*");
    private static final String TOKEN = "[a-z0-9!#$%&'+.^_`|~-]+";
    private static final Pattern MEDIA_TYPE = Pattern.compile(TOKEN + "/" + TOKEN);
    private static final Pattern MEDIA_RANGE = Pattern.compile("\\*/\\*|" + TOKEN + "/(?:\\*|" + TOKEN + ")");
    private static final Pattern FIELD_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    /** CONNECT asks for a tunnel; TRACE shows a sender what the proxy adds (RFC 9110 section 9.3.8). */
    private static final Set<String> NEVER = Set.of("CONNECT", "TRACE");

    private ForwarderGrammar() {}

    /**
     * The parts of a target's URL.
     *
     * @param https whether the scheme is https
     * @param host a name or an address, as it is written
     * @param port empty for that of the scheme
     * @param path in its encoded form
     */
    public record TargetUrl(boolean https, String host, OptionalInt port, String path) {

        /**
         * The parts of this URL; the host is not looked at.
         *
         * @throws IllegalArgumentException when it is none, with a sentence that says why
         */
        public static TargetUrl parse(String url) {
            Matcher parts = URL.matcher(url);
            if (!parts.matches()) {
                throw new IllegalArgumentException(
                        "it must be a URL like https://name:port/base, without credentials, query and fragment");
            }
            Optional<String> digits = Optional.ofNullable(parts.group(3));
            OptionalInt port = digits.map(TargetGrammar::port).orElse(OptionalInt.empty());
            if (digits.isPresent() && port.isEmpty()) {
                throw new IllegalArgumentException("it holds a port that is not 1 to " + TargetGrammar.MAX_PORT);
            }
            String path = Objects.requireNonNullElse(parts.group(4), "/");
            try {
                PathGrammar.check(path);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("it holds a path that " + e.getMessage(), e);
            }
            boolean https = parts.group(1).toLowerCase(Locale.ROOT).equals("https");
            return new TargetUrl(https, parts.group(2), port, path);
        }
    }

    /** Whether this is a method that can be forwarded, in upper case. */
    public static boolean isMethod(String text) {
        return METHOD.matcher(text).matches() && isForwarded(text);
    }

    /** Whether requests with a method are forwarded at all. */
    public static boolean isForwarded(String method) {
        return !NEVER.contains(method.toUpperCase(Locale.ROOT));
    }

    /** Whether this is a media type without parameters in lower case, {@code type/*} or {@code *}{@code /*}. */
    public static boolean isMediaRange(String text) {
        return MEDIA_RANGE.matcher(text).matches();
    }

    /** Whether this is a media type without parameters in lower case. */
    public static boolean isMediaType(String text) {
        return MEDIA_TYPE.matcher(text).matches();
    }

    /** Whether this is the name of a header field of senders: those that begin with {@code ts-} are the proxy's. */
    public static boolean isFieldName(String text) {
        return FIELD_NAME.matcher(text).matches()
                && !text.toLowerCase(Locale.ROOT).startsWith(HeaderNames.PREFIX);
    }

    /**
     * Checks a path, or {@code /a/*} for all paths below {@code /a/}.
     *
     * @throws IllegalArgumentException for anything else; its message says what it is not, and why
     */
    public static void checkPathPattern(String text) {
        String path = text.endsWith(BELOW) ? text.substring(0, text.length() - 1) : text;
        if (path.indexOf('*') >= 0) {
            throw new IllegalArgumentException("a path: * may stand only behind the last slash, alone");
        }
        if (path.indexOf(',') >= 0) {
            throw new IllegalArgumentException(
                    "a path: a comma separates paths, so that one in a path must be encoded");
        }
        try {
            PathGrammar.check(path);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a path: it " + e.getMessage(), e);
        }
    }
}
