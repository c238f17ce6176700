package dev.tailnetproxy.cdk;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Token;

/** Refuses invalid values with sentences that state the correction. A value that is known only at deployment passes. */
final class Validate {

    private static final Pattern HTTP_URL = Pattern.compile("https?://[^/\\s]+(/\\S*)?");
    private static final Pattern HOSTNAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
    private static final Pattern TAG = Pattern.compile("tag:[A-Za-z][A-Za-z0-9-]*");

    private static final Pattern LABEL =
            Pattern.compile("[A-Za-z0-9._/#@-](?:[A-Za-z0-9._/#@: -]{0,126}[A-Za-z0-9._/#@:-])?");

    /** The outline only: the proxy itself checks the addresses and names when it starts. */
    private static final Pattern TARGET =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+(/\\d{1,3})?]|[^\\s,/\\[\\]]+(/\\d{1,3})?)(:\\d{1,5}(-\\d{1,5})?)?");

    private Validate() {}

    static void isTrue(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }

    static void range(String property, int value, int min, int max) {
        isTrue(
                value >= min && value <= max,
                property + " is " + value + ": give a whole number from " + min + " to " + max);
    }

    static void range(String property, Optional<Integer> value, int min, int max) {
        value.ifPresent(number -> range(property, number, min, max));
    }

    /** Both bounds in milliseconds. */
    static void millis(String property, Optional<Duration> value, long min, long max) {
        value.ifPresent(duration -> {
            long millis = duration.toMilliseconds().longValue();
            isTrue(
                    millis >= min && millis <= max,
                    property + " is " + millis + " ms: give a duration from " + min + " ms to " + max + " ms");
        });
    }

    static void text(String property, Optional<String> value) {
        value.ifPresent(text ->
                isTrue(!text.isBlank(), property + " is blank: give it a value, or leave it out for the default"));
    }

    static void absolutePath(String property, Optional<String> value) {
        absolutePath(property, value, "such as /tmp/tailscale");
    }

    /** Of certificates. */
    static void pemFile(String property, Optional<String> value) {
        absolutePath(
                property,
                value,
                "such as /opt/ca.pem for a file of a layer; caBundle of TailscaleProxy brings a file of this machine there");
    }

    private static void absolutePath(String property, Optional<String> value, String example) {
        value.ifPresent(path -> isTrue(
                isUnresolved(path) || path.startsWith("/"),
                property + " is \"" + path + "\": give an absolute path in the function's environment, " + example));
    }

    static void httpUrl(String property, Optional<String> value) {
        value.ifPresent(address -> isTrue(
                isUnresolved(address) || HTTP_URL.matcher(address).matches(),
                property + " is \"" + address + "\": give an address such as https://host.example"));
    }

    static void hostname(String property, Optional<String> value) {
        value.ifPresent(name -> isTrue(
                isUnresolved(name) || HOSTNAME.matcher(name).matches(),
                property + " is \"" + name
                        + "\": a machine's name has 1 to 63 letters, digits and hyphens, and no hyphen "
                        + "at its ends"));
    }

    static void tags(String property, List<String> values) {
        values.forEach(tag -> isTrue(
                isUnresolved(tag) || TAG.matcher(tag).matches(),
                property + " has \"" + tag + "\": write a tag as the tailnet's policy file does, such as tag:lambda"));
    }

    static void targets(String property, List<String> values) {
        values.forEach(
                target -> isTrue(
                        isUnresolved(target) || TARGET.matcher(target).matches(),
                        property + " has \"" + target
                                + "\": give an address, a prefix, a name or *.suffix, with a :port or "
                                + ":from-to behind it where only some ports are meant, and an IPv6 address with a port in brackets"));
    }

    static void metricLabels(String property, List<String> values) {
        values.forEach(label -> isTrue(
                isUnresolved(label) || LABEL.matcher(label).matches(),
                property + " has \"" + label
                        + "\": give 1 to 128 letters, digits, spaces and . _ / # @ : -, no colon in front and no space at the "
                        + "ends"));
    }

    private static boolean isUnresolved(String value) {
        return Token.isUnresolved(value);
    }
}
