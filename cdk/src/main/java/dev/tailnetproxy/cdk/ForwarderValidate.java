package dev.tailnetproxy.cdk;

import dev.tailnetproxy.contract.ForwarderGrammar;
import dev.tailnetproxy.contract.ForwarderGrammar.TargetUrl;
import dev.tailnetproxy.contract.Variable;
import dev.tailnetproxy.function.address.TargetHost;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Token;

/** {@link Validate} for the settings of forwarder mode, by the grammar that the function reads them with. */
final class ForwarderValidate {

    private ForwarderValidate() {}

    static void target(String property, String url) {
        if (Token.isUnresolved(url)) {
            return;
        }
        try {
            String host = TargetUrl.parse(url).host();
            hostOf(host);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(property + " is \"" + url + "\": " + e.getMessage(), e);
        }
    }

    private static void hostOf(String host) {
        try {
            TargetHost.parse(host);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("it holds a host that " + e.getMessage(), e);
        }
    }

    static void methods(String property, List<String> values) {
        boolean isAny = values.equals(List.of("*"));
        values.forEach(method -> Validate.isTrue(
                isAny || Token.isUnresolved(method) || ForwarderGrammar.isMethod(method),
                property + " has \"" + method
                        + "\": give methods in upper case other than CONNECT and TRACE, or * alone"));
    }

    static void paths(String property, List<String> values) {
        for (String path : values) {
            if (!Token.isUnresolved(path)) {
                try {
                    ForwarderGrammar.checkPathPattern(path);
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(
                            property + " has \"" + path + "\", which is not " + e.getMessage(), e);
                }
            }
        }
    }

    static void contentTypes(String property, List<String> values) {
        values.forEach(type -> Validate.isTrue(
                Token.isUnresolved(type) || ForwarderGrammar.isMediaRange(type.toLowerCase(Locale.ROOT)),
                property + " has \"" + type + "\": give a media type without parameters, type/* or */*"));
    }

    static void seconds(String property, Optional<Duration> value, Variable.WholeNumber variable) {
        value.ifPresent(duration -> {
            long millis = duration.toMilliseconds().longValue();
            Validate.isTrue(
                    millis % 1_000 == 0 && millis / 1_000 >= variable.min() && millis / 1_000 <= variable.max(),
                    property + " is " + millis + " ms: give whole seconds from " + variable.min() + " to "
                            + variable.max());
        });
    }

    /** As the function reads it: no credentials, no query, no fragment, and no slash at the end of a path. */
    static void publicUrl(String property, Optional<String> value) {
        value.ifPresent(text -> Validate.isTrue(
                Token.isUnresolved(text) || isPublicUrl(text),
                property + " is \"" + text
                        + "\": give the beginning of the URL at the sender, such as https://hooks.example/stage, without a "
                        + "slash at its end, credentials, query and fragment"));
    }

    private static boolean isPublicUrl(String text) {
        try {
            URI url = new URI(text);
            String path = Optional.ofNullable(url.getRawPath()).orElse("");
            return ("https".equals(url.getScheme()) || "http".equals(url.getScheme()))
                    && url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getRawQuery() == null
                    && url.getRawFragment() == null
                    && (path.equals("/") || !path.endsWith("/"));
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
